package io.eplb.policies.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Rids a node of experts that stand twice on a rank (deepseek-ai/EPLB issue #22), keeping the
 * hottest rank within a limit where that is possible: by {@linkplain DuplicateExchange exchanges}
 * where they suffice, else by {@linkplain ReplicaCountSearch placing the node anew}.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class NodeRepair {
  private final NodeAssignment node;

  /** Made when first needed: most repairs are exchanges. */
  private @Nullable ReplicaCountSearch search;

  /**
   * Creates the memory for nodes of one shape.
   *
   * @param slots slots of a rank
   */
  public NodeRepair(int experts, int ranks, int slots) {
    node = new NodeAssignment(experts, ranks, slots);
  }

  /**
   * Repairs one node of a layer.
   *
   * @param row the layer's experts by slot, counted from the first of their node; the node's begin
   *     at {@code rowFrom} and are written over
   * @param layerLoads by logical expert, in tokens
   * @param logicalOf the logical expert of each of the node's, from {@code expertFrom} on
   * @param narrowed the node's loads in single precision, from {@code expertFrom} on
   * @param limit the load that no rank should exceed
   */
  public void repair(
      int[] row,
      int rowFrom,
      double[] layerLoads,
      int[] logicalOf,
      float[] narrowed,
      int expertFrom,
      double limit) {
    node.load(row, rowFrom, layerLoads, logicalOf, expertFrom);
    if (node.slots >= node.experts) {
      LayerRow.holdAllEverywhere(node.expertAt, node.slots, node.experts);
    } else if (!DuplicateExchange.removeAll(node, limit) || node.peak() > limit) {
      search().replace(narrowed, expertFrom, limit);
    }
    node.store(row, rowFrom);
  }

  /**
   * Lowers the peak of a node without duplicates as far as can be found; parameters as for {@link
   * #repair}.
   */
  public void refine(
      int[] row,
      int rowFrom,
      double[] layerLoads,
      int[] logicalOf,
      float[] narrowed,
      int expertFrom,
      double limit) {
    node.load(row, rowFrom, layerLoads, logicalOf, expertFrom);
    if (node.slots < node.experts && node.peak() > limit) {
      search().improve(narrowed, expertFrom, limit);
      node.store(row, rowFrom);
    }
  }

  private ReplicaCountSearch search() {
    ReplicaCountSearch made = search;
    if (made == null) {
      made = new ReplicaCountSearch(node);
      search = made;
    }
    return made;
  }
}
