package io.eplb.policies.kernel;

/**
 * Looks for replica counts that let a node be balanced better: takes a replica from one expert,
 * gives it to one of the hottest, places the node anew, lowers its peak, and goes on from there if
 * that is the lowest so far. Greedy counts are best for the heaviest replica but not always for the
 * hottest rank, where few experts carry most of the load.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class ReplicaSearch {
  /** Experts that carry little have nothing to gain. */
  private static final int MOST_GAINERS = 16;

  private final NodeAssignment node;
  private final DistinctPacking packing;
  private final PeakDescent descent;
  private final int[] best;
  private final int[] histogram;
  private final long[] hottestFirst;
  private final long[] spare;
  private double bestPeak;

  ReplicaSearch(NodeAssignment node, DistinctPacking packing, PeakDescent descent) {
    this.node = node;
    this.packing = packing;
    this.descent = descent;
    best = new int[node.expertAt.length];
    histogram = new int[HeaviestFirst.HISTOGRAM];
    hottestFirst = new long[node.experts];
    spare = new long[node.experts];
  }

  /**
   * Searches from a node without duplicates until its peak is within the limit, nothing helps or
   * the descent's steps are used up; leaves the best found.
   *
   * @param loads the node's loads in single precision, from {@code from} on
   */
  void search(float[] loads, int from, double limit) {
    descent.descend(limit);
    keep();
    if (bestPeak <= limit) {
      return;
    }
    packing.choose(loads, from);
    attempt(loads, from, limit);
    for (int expert = 0; expert < node.experts; expert++) {
      hottestFirst[expert] = WeightKey.of(loads[from + expert], expert);
    }
    HeaviestFirst.sort(hottestFirst, node.experts, spare, histogram);
    boolean helped = true;
    while (helped && bestPeak > limit && descent.mayContinue()) {
      helped = shiftOne(loads, from, limit);
    }
    restore();
  }

  private boolean shiftOne(float[] loads, int from, double limit) {
    restore();
    int gainers = Math.min(MOST_GAINERS, node.experts);
    for (int place = 0; place < gainers; place++) {
      int gainer = WeightKey.index(hottestFirst[place]);
      for (int loser = 0; loser < node.experts; loser++) {
        if (!descent.mayContinue()) {
          return false;
        }
        if (loser != gainer && node.counts[loser] > 1 && node.counts[gainer] < node.ranks) {
          node.counts[loser]--;
          node.counts[gainer]++;
          if (attempt(loads, from, limit)) {
            return true;
          }
          restore();
        }
      }
    }
    return false;
  }

  /** Places the node by its counts; keeps the result if it is the best so far. */
  private boolean attempt(float[] loads, int from, double limit) {
    packing.pack(loads, from);
    descent.descend(limit);
    boolean better = node.peak() < bestPeak * PeakDescent.LESS;
    if (better) {
      keep();
    }
    return better;
  }

  private void keep() {
    System.arraycopy(node.expertAt, 0, best, 0, best.length);
    bestPeak = node.peak();
  }

  private void restore() {
    System.arraycopy(best, 0, node.expertAt, 0, best.length);
    node.recount();
  }
}
