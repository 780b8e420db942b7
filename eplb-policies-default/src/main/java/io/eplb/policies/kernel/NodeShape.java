package io.eplb.policies.kernel;

import io.eplb.api.EpTopology;

/**
 * The division of a layer for placing: into nodes that share no expert, each with whole groups of
 * experts. Global placement is the same with one node and one group.
 *
 * @param nodes parts that are placed on their own
 * @param groups groups of consecutive experts, a multiple of {@code nodes}
 * @param experts experts of one node
 * @param ranks ranks of one node
 * @param slotsPerRank slots of one rank
 */
public record NodeShape(int nodes, int groups, int experts, int ranks, int slotsPerRank) {
  /**
   * Returns the division by nodes where they divide the groups, else the whole layer as one node.
   */
  public static NodeShape of(EpTopology topology) {
    int nodes = topology.hierarchical() ? topology.nodes() : 1;
    return new NodeShape(
        nodes,
        topology.hierarchical() ? topology.expertGroups() : 1,
        topology.experts() / nodes,
        topology.ranks() / nodes,
        topology.slotsPerRank());
  }

  /** Returns the slots of one node. */
  public int slots() {
    return ranks * slotsPerRank;
  }

  /** Returns the experts of one group. */
  public int expertsPerGroup() {
    return nodes * experts / groups;
  }
}
