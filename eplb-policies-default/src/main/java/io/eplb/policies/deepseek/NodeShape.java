package io.eplb.policies.deepseek;

import io.eplb.api.EpTopology;

/**
 * How a layer is divided for placing: into nodes that share no expert, each with whole groups of
 * experts. Global placement is the same with one node and one group.
 *
 * @param nodes parts that are placed on their own
 * @param groups groups of consecutive experts, a multiple of {@code nodes}
 * @param experts experts of one node
 * @param ranks ranks of one node
 * @param slotsPerRank slots of one rank
 */
record NodeShape(int nodes, int groups, int experts, int ranks, int slotsPerRank) {
  /** Divides by nodes; the topology is hierarchical. */
  static NodeShape hierarchical(EpTopology topology) {
    return new NodeShape(
        topology.nodes(),
        topology.expertGroups(),
        topology.experts() / topology.nodes(),
        topology.ranksPerNode(),
        topology.slotsPerRank());
  }

  /** Takes the layer as one node. */
  static NodeShape global(EpTopology topology) {
    return new NodeShape(1, 1, topology.experts(), topology.ranks(), topology.slotsPerRank());
  }

  /** Returns the slots of one node. */
  int slots() {
    return ranks * slotsPerRank;
  }

  /** Returns the experts of one group. */
  int expertsPerGroup() {
    return nodes * experts / groups;
  }
}
