package io.eplb.policies.kernel;

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
   * Returns the division by nodes where whole groups fit onto them, else the whole layer as one
   * node.
   *
   * @param experts experts of the layer, a multiple of {@code groups}
   * @param groups groups of the layer
   * @param ranks ranks of the layer, a multiple of {@code nodes}
   */
  public static NodeShape of(int experts, int groups, int ranks, int nodes, int slotsPerRank) {
    return groups % nodes == 0
        ? new NodeShape(nodes, groups, experts / nodes, ranks / nodes, slotsPerRank)
        : new NodeShape(1, 1, experts, ranks, slotsPerRank);
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
