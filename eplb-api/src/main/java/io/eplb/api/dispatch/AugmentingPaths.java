package io.eplb.api.dispatch;

import java.util.Arrays;

/**
 * The maximum flow of the weight that waits, by Dinic's method: as long as a rank with room can be
 * reached, waiting weight is sent along shortest paths, all of one length at a time.
 *
 * <p>A path goes from an expert to one of its ranks, and on from a full rank to another expert that
 * flows there and can flow elsewhere instead: A → rank 1 ⇒ B → rank 2 takes one token of A to rank
 * 1 and moves one token of B from there to rank 2. Only its last rank gets more.
 *
 * <p>Each path empties its expert, fills its last rank or stops a flow, exactly; so the number of
 * paths is bounded whatever the weights. Ties: experts, ranks and slots in ascending order.
 */
final class AugmentingPaths {
  private static final int UNSEEN = -1;

  private final Flow flow;
  private final Layer layer;

  /** The depth of an expert and of a rank: 0 for experts that wait, 1 for their ranks, … */
  private final int[] expertDepth;

  private final int[] rankDepth;

  /** The experts that were reached, by depth. */
  private final int[] reached;

  private int reachedCount;

  /** The next place of an expert, and the next slot of a rank, that the search has not tried. */
  private final int[] nextPlace;

  private final int[] nextSlot;

  /** The slots along a path: taken, given up, taken, … */
  private final int[] path;

  private int pathLength;

  AugmentingPaths(Flow flow) {
    this.flow = flow;
    layer = flow.layer;
    expertDepth = new int[layer.experts];
    rankDepth = new int[layer.ranks];
    reached = new int[layer.experts];
    nextPlace = new int[layer.experts];
    nextSlot = new int[layer.ranks];
    path = new int[2 * Math.min(layer.experts, layer.ranks) + 2];
  }

  /**
   * Sends what can be sent.
   *
   * @return whether weight still waits; then what {@link #cutLoad} and {@link #cutSpeed} tell of
   *     are the experts and ranks that it reaches
   */
  boolean leaveWaiting() {
    while (reachRoom()) {
      for (int index = 0; index < reachedCount && expertDepth[reached[index]] == 0; index++) {
        send(reached[index]);
      }
    }
    return reachedCount > 0;
  }

  /** Returns the weight that is confined to the ranks of the cut. */
  double cutLoad() {
    double sum = 0.0;
    for (int index = 0; index < reachedCount; index++) {
      sum += flow.weight[reached[index]];
    }
    for (int rank = 0; rank < layer.ranks; rank++) {
      if (rankDepth[rank] != UNSEEN) {
        sum += flow.fixed[rank];
      }
    }
    return sum;
  }

  /** Returns the speed of the ranks of the cut. */
  double cutSpeed() {
    double sum = 0.0;
    for (int rank = 0; rank < layer.ranks; rank++) {
      if (rankDepth[rank] != UNSEEN) {
        sum += layer.speeds[rank];
      }
    }
    return sum;
  }

  /**
   * Finds the depth of every expert and rank that waiting weight reaches.
   *
   * @return whether one of the ranks has room
   */
  private boolean reachRoom() {
    Arrays.fill(expertDepth, UNSEEN);
    Arrays.fill(rankDepth, UNSEEN);
    reachedCount = 0;
    for (int index = 0; index < flow.dividedCount; index++) {
      if (flow.waiting[flow.divided[index]] > 0.0) {
        reach(flow.divided[index], 0);
      }
    }
    boolean room = false;
    for (int index = 0; index < reachedCount; index++) {
      int expert = reached[index];
      int depth = expertDepth[expert];
      for (int at = layer.firstPlace[expert]; at < layer.firstPlace[expert + 1]; at++) {
        int rank = layer.rankOf[layer.places[at]];
        if (rankDepth[rank] == UNSEEN) {
          rankDepth[rank] = depth + 1;
          nextSlot[rank] = rank * layer.slotsPerRank;
          if (flow.room[rank] > 0.0) {
            room = true;
          } else {
            reachThrough(rank, depth + 1);
          }
        }
      }
    }
    return room;
  }

  private void reachThrough(int rank, int depth) {
    int end = (rank + 1) * layer.slotsPerRank;
    for (int slot = rank * layer.slotsPerRank; slot < end; slot++) {
      if (flow.flow[slot] > 0.0 && expertDepth[layer.row[slot]] == UNSEEN) {
        reach(layer.row[slot], depth);
      }
    }
  }

  private void reach(int expert, int depth) {
    expertDepth[expert] = depth;
    nextPlace[expert] = layer.firstPlace[expert];
    reached[reachedCount++] = expert;
  }

  /** Sends the waiting weight of an expert along paths of ascending depth until there is none. */
  private void send(int start) {
    pathLength = 0;
    int expert = start;
    while (flow.waiting[start] > 0.0) {
      int slot = nextPlaceOf(expert);
      if (slot == UNSEEN) {
        if (pathLength == 0) {
          return;
        }
        // No way on from the expert: its rank tries the next one.
        int given = path[--pathLength];
        nextSlot[layer.rankOf[given]]++;
        expert = goOn(start, layer.rankOf[given]);
      } else {
        path[pathLength++] = slot;
        expert = goOn(start, layer.rankOf[slot]);
      }
    }
  }

  /**
   * Goes on from the rank at the end of the path.
   *
   * @return the expert from which the search continues
   */
  private int goOn(int start, int rank) {
    if (flow.room[rank] > 0.0) {
      augment(start, rank);
      pathLength = 0;
      return start;
    }
    int slot = nextSlotOf(rank);
    if (slot != UNSEEN) {
      path[pathLength++] = slot;
      return layer.row[slot];
    }
    // No way on from the rank: the expert before it tries its next place.
    int taken = path[--pathLength];
    nextPlace[layer.row[taken]]++;
    return layer.row[taken];
  }

  private int nextPlaceOf(int expert) {
    int end = layer.firstPlace[expert + 1];
    while (nextPlace[expert] < end) {
      int slot = layer.places[nextPlace[expert]];
      if (rankDepth[layer.rankOf[slot]] == expertDepth[expert] + 1) {
        return slot;
      }
      nextPlace[expert]++;
    }
    return UNSEEN;
  }

  private int nextSlotOf(int rank) {
    int end = (rank + 1) * layer.slotsPerRank;
    while (nextSlot[rank] < end) {
      int slot = nextSlot[rank];
      if (flow.flow[slot] > 0.0 && expertDepth[layer.row[slot]] == rankDepth[rank]) {
        return slot;
      }
      nextSlot[rank]++;
    }
    return UNSEEN;
  }

  /** Sends as much as the path carries. */
  private void augment(int start, int last) {
    double amount = Math.min(flow.waiting[start], flow.room[last]);
    for (int index = 1; index < pathLength; index += 2) {
      amount = Math.min(amount, flow.flow[path[index]]);
    }
    flow.waiting[start] -= amount;
    flow.room[last] -= amount;
    for (int index = 0; index < pathLength; index++) {
      flow.flow[path[index]] += index % 2 == 0 ? amount : -amount;
    }
  }
}
