package io.eplb.policies.kernel;

/**
 * Rids a node of experts that stand twice on a rank (deepseek-ai/EPLB issue #22), keeping the
 * hottest rank within a limit where that is possible: by {@linkplain DuplicateSwap exchanges} where
 * they suffice, else by {@linkplain DistinctPacking placing the node anew} and {@linkplain
 * PeakDescent lowering its peak}.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
public final class DuplicateRepair {
  /** Slots that may be looked at in one node before the best so far has to do. */
  private static final long STEPS = 1L << 20;

  private final NodeAssignment node;
  private final DistinctPacking packing;
  private final PeakDescent descent;
  private final ReplicaSearch search;

  /**
   * Creates the memory for nodes of one shape.
   *
   * @param slots slots of a rank
   */
  public DuplicateRepair(int experts, int ranks, int slots) {
    node = new NodeAssignment(experts, ranks, slots);
    packing = new DistinctPacking(node);
    descent = new PeakDescent(node);
    search = new ReplicaSearch(node, packing, descent);
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
      holdAllEverywhere();
    } else if (!DuplicateSwap.removeAll(node, limit) || node.peak() > limit) {
      descent.grant(STEPS);
      packing.choose(narrowed, expertFrom);
      packing.pack(narrowed, expertFrom);
      search.search(narrowed, expertFrom, limit);
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
      descent.grant(STEPS);
      search.search(narrowed, expertFrom, limit);
      node.store(row, rowFrom);
    }
  }

  /**
   * Gives every rank the same experts: all of them, and as many twice as there are slots left.
   * Every rank then carries the same load, and no fewer duplicates are possible.
   */
  private void holdAllEverywhere() {
    for (int slot = 0; slot < node.expertAt.length; slot++) {
      node.expertAt[slot] = slot % node.slots % node.experts;
    }
  }
}
