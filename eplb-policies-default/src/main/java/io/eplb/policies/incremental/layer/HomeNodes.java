package io.eplb.policies.incremental.layer;

import io.eplb.api.EpTopology;
import java.util.Arrays;

/**
 * The home node of each expert group: the one that holds most of the group's replicas (the lowest
 * of equals). Where groups do not fit onto nodes, every expert is a group of its own. Placing an
 * expert off its home node costs a surcharge, since group-limited routing sends a token to few
 * nodes.
 *
 * <p>A node that has lost ranks or slots may be too small for all experts of the groups at home
 * there. Then some of these groups have no home until the others fit, and their experts are placed
 * anywhere at the same price: first those with the fewest replicas on the node, the highest of
 * equals.
 *
 * <p>Example: groups of 8 experts, and the groups 0 and 1 are at home on a node with 2 × 8 slots.
 * After one of its ranks has died, group 0 has 6 replicas on the node and group 1 has 2, since the
 * others were repaired elsewhere. The node has room for one group: group 0 stays at home there, and
 * if the majority of group 1 is still on that node, group 1 has no home.
 */
final class HomeNodes {
  private static final int NONE = -1;

  private final int nodes;
  private final int groupSize;
  private final double crossingPrice;
  private final boolean allUsable;

  /** The node of each rank. */
  private final int[] node;

  /** The first slot of each node, and the number of slots at the end. */
  private final int[] from;

  private final int[] replicas;
  private final int[] home;
  private final int[] here;

  HomeNodes(LivingRanks ranks, double crossingPrice) {
    EpTopology topology = ranks.topology();
    this.nodes = topology.nodes();
    this.groupSize = topology.hierarchical() ? topology.expertsPerGroup() : 1;
    this.crossingPrice = nodes > 1 ? crossingPrice : 0.0;
    this.allUsable = ranks.slots() == topology.physicalExperts();
    this.node = new int[ranks.ranks()];
    this.from = new int[nodes + 1];
    for (int rank = 0; rank < node.length; rank++) {
      node[rank] = ranks.node(rank);
      from[node[rank] + 1] = ranks.from(rank + 1);
    }
    for (int next = 1; next <= nodes; next++) {
      // A node without living ranks has no slots.
      from[next] = Math.max(from[next], from[next - 1]);
    }
    int groups = topology.experts() / groupSize;
    this.replicas = new int[this.crossingPrice > 0.0 ? groups : 0];
    this.home = new int[replicas.length];
    this.here = new int[replicas.length];
  }

  /** Finds the homes under a row of slots. */
  void locate(int[] row) {
    if (crossingPrice == 0.0) {
      return;
    }
    // The majority per group, one node after the other: replicas[g] is the best count so far.
    Arrays.fill(replicas, 0);
    Arrays.fill(home, 0);
    for (int next = 0; next < nodes; next++) {
      Arrays.fill(here, 0);
      for (int slot = from[next]; slot < from[next + 1]; slot++) {
        here[row[slot] / groupSize]++;
      }
      for (int group = 0; group < here.length; group++) {
        if (here[group] > replicas[group]) {
          replicas[group] = here[group];
          home[group] = next;
        }
      }
    }
    if (!allUsable) {
      makeRoom();
    }
  }

  /** Takes their home from groups until the others fit. */
  private void makeRoom() {
    for (int next = 0; next < nodes; next++) {
      int room = (from[next + 1] - from[next]) / groupSize;
      int atHome = 0;
      for (int group = 0; group < home.length; group++) {
        atHome += home[group] == next ? 1 : 0;
      }
      for (; atHome > room; atHome--) {
        home[fewestReplicas(next)] = NONE;
      }
    }
  }

  /** Returns the group at home on a node with the fewest replicas there, the highest of equals. */
  private int fewestReplicas(int next) {
    int fewest = -1;
    for (int group = 0; group < home.length; group++) {
      if (home[group] == next && (fewest < 0 || replicas[group] <= replicas[fewest])) {
        fewest = group;
      }
    }
    return fewest;
  }

  /** Returns the price of moving an expert to a rank beyond that of a transfer within a node. */
  double surcharge(int rank, int expert) {
    if (crossingPrice == 0.0) {
      return 0.0;
    }
    int at = home[expert / groupSize];
    return at != node[rank] && at != NONE ? crossingPrice : 0.0;
  }

  /** Returns the most that {@link #surcharge} returns. */
  double greatestSurcharge() {
    return crossingPrice;
  }
}
