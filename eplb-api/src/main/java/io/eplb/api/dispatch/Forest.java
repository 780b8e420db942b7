package io.eplb.api.dispatch;

import java.util.Arrays;

/**
 * A flow whose places form a forest between experts and ranks: every rank gets what it got, and no
 * cycle of places is left.
 *
 * <p>Example: experts A and B both flow to ranks 0 and 1, a cycle of four places. Moving a token of
 * A from rank 0 to rank 1 and one of B from rank 1 to rank 0 changes no rank's load. Repeated until
 * a flow stops, it leaves three places: A or B is now on one rank alone.
 *
 * <p>Nodes are experts, 0 to E − 1, and ranks from E on. A node knows its parent and the place
 * between the two. Places are taken in ascending order of experts and slots.
 */
final class Forest {
  private static final int NONE = -1;

  private final Flow flow;
  private final Layer layer;
  private final int[] parent;
  private final int[] placeToParent;
  private final int[] path;
  private final int[] pathChild;
  private final int[] mark;
  private int marks;
  private int pathLength;

  Forest(Flow flow) {
    this.flow = flow;
    layer = flow.layer;
    int nodes = layer.experts + layer.ranks;
    parent = new int[nodes];
    placeToParent = new int[nodes];
    path = new int[nodes];
    pathChild = new int[nodes];
    mark = new int[nodes];
  }

  /** Cancels the cycles of the flow and roots every tree at a rank. */
  void grow() {
    Arrays.fill(parent, NONE);
    for (int index = 0; index < flow.dividedCount; index++) {
      int expert = flow.divided[index];
      for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
        if (flow.flow[layer.places[at]] > 0.0) {
          add(expert, layer.places[at]);
        }
      }
    }
    for (int index = 0; index < flow.dividedCount; index++) {
      rootAtRank(flow.divided[index]);
    }
  }

  /** Returns whether an expert is the parent of the rank of one of its places. */
  boolean isChild(int expert, int place) {
    return parent[rankNode(place)] == expert;
  }

  private int rankNode(int place) {
    return layer.experts + layer.rankOf[place];
  }

  private void add(int expert, int place) {
    int rank = rankNode(place);
    if (findPath(expert, rank)) {
      turn(place);
    }
    if (flow.flow[place] > 0.0) {
      makeRoot(expert);
      parent[expert] = rank;
      placeToParent[expert] = place;
    }
  }

  /**
   * Writes the places between two nodes of one tree, in order.
   *
   * @return false if they are in two trees
   */
  private boolean findPath(int from, int to) {
    marks++;
    for (int node = from; node != NONE; node = parent[node]) {
      mark[node] = marks;
    }
    int meeting = to;
    int down = path.length;
    while (meeting != NONE && mark[meeting] != marks) {
      down--;
      path[down] = placeToParent[meeting];
      pathChild[down] = meeting;
      meeting = parent[meeting];
    }
    if (meeting == NONE) {
      return false;
    }
    pathLength = 0;
    for (int node = from; node != meeting; node = parent[node]) {
      path[pathLength] = placeToParent[node];
      pathChild[pathLength++] = node;
    }
    int rest = path.length - down;
    System.arraycopy(path, down, path, pathLength, rest);
    System.arraycopy(pathChild, down, pathChild, pathLength, rest);
    pathLength += rest;
    return true;
  }

  /** Moves flow around the cycle of a place and the path between its ends, off that place. */
  private void turn(int place) {
    double amount = flow.flow[place];
    for (int index = 1; index < pathLength; index += 2) {
      amount = Math.min(amount, flow.flow[path[index]]);
    }
    flow.flow[place] -= amount;
    for (int index = 0; index < pathLength; index++) {
      flow.flow[path[index]] += index % 2 == 0 ? amount : -amount;
      if (flow.flow[path[index]] == 0.0) {
        parent[pathChild[index]] = NONE;
      }
    }
  }

  private void rootAtRank(int expert) {
    if (parent[expert] != NONE) {
      return;
    }
    for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
      if (flow.flow[layer.places[at]] > 0.0) {
        makeRoot(rankNode(layer.places[at]));
        return;
      }
    }
  }

  /** Turns the parents on the way from a node to its root around. */
  private void makeRoot(int node) {
    int above = parent[node];
    int place = placeToParent[node];
    parent[node] = NONE;
    int below = node;
    while (above != NONE) {
      int next = parent[above];
      int nextPlace = placeToParent[above];
      parent[above] = below;
      placeToParent[above] = place;
      below = above;
      above = next;
      place = nextPlace;
    }
  }
}
