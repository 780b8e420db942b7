package io.eplb.policies.incremental.layer;

import io.eplb.api.EpTopology;
import java.util.Arrays;

/**
 * The home node of each expert group: the one that holds most of the group's replicas (the lowest
 * of equals). Where groups do not fit onto nodes, every expert is a group of its own. Placing an
 * expert off its home node costs a surcharge, since group-limited routing sends a token to few
 * nodes.
 */
final class HomeNodes {
  private final int nodes;
  private final int slotsPerNode;
  private final int ranksPerNode;
  private final int groupSize;
  private final double crossingPrice;
  private final int[] replicas;
  private final int[] home;
  private final int[] here;

  HomeNodes(EpTopology topology, double crossingPrice) {
    this.nodes = topology.nodes();
    this.ranksPerNode = topology.ranksPerNode();
    this.slotsPerNode = topology.ranksPerNode() * topology.slotsPerRank();
    this.groupSize = topology.hierarchical() ? topology.expertsPerGroup() : 1;
    this.crossingPrice = nodes > 1 ? crossingPrice : 0.0;
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
    for (int node = 0; node < nodes; node++) {
      Arrays.fill(here, 0);
      for (int slot = node * slotsPerNode; slot < (node + 1) * slotsPerNode; slot++) {
        here[row[slot] / groupSize]++;
      }
      for (int group = 0; group < here.length; group++) {
        if (here[group] > replicas[group]) {
          replicas[group] = here[group];
          home[group] = node;
        }
      }
    }
  }

  /** Returns the price of moving an expert to a rank beyond that of a transfer within a node. */
  double surcharge(int rank, int expert) {
    return crossingPrice > 0.0 && home[expert / groupSize] != rank / ranksPerNode
        ? crossingPrice
        : 0.0;
  }

  /** Returns the most that {@link #surcharge} returns. */
  double greatestSurcharge() {
    return crossingPrice;
  }
}
