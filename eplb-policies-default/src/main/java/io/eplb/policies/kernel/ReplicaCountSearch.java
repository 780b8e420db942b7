package io.eplb.policies.kernel;

/**
 * Searches for replica counts that give a node a lower peak: takes a replica from one expert, gives
 * it to one of the hottest, places the node anew, lowers its peak, and continues from there if that
 * peak is the lowest so far. Greedy counts are best for the heaviest replica but not always for the
 * hottest rank, where few experts carry most of the load.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class ReplicaCountSearch {
  /** The number of hottest experts that may gain a replica; the others carry too little load. */
  private static final int MOST_GAINERS = 16;

  /** The least number of slots that a search may examine. */
  private static final long LEAST_STEPS = 1L << 18;

  /**
   * The number of exchanges that a search may examine in a large node, where one exchange examines
   * many slots.
   */
  private static final long LEAST_EXCHANGES = 4;

  private final NodeAssignment node;
  private final DistinctPacking packing;
  private final PeakDescent descent;
  private final int[] best;
  private final int[] histogram;
  private final long[] hottestFirst;
  private final long[] spare;
  private double bestPeak;

  ReplicaCountSearch(NodeAssignment node) {
    this.node = node;
    packing = new DistinctPacking(node);
    descent = new PeakDescent(node);
    best = new int[node.expertAt.length];
    histogram = new int[HeaviestFirst.HISTOGRAM];
    hottestFirst = new long[node.loads.length];
    spare = new long[node.loads.length];
  }

  /**
   * Places a node anew without regard to its present experts, and then improves it. A node in which
   * a rank holds all experts is not improved: the rank may hold one several times, which no step
   * expects.
   */
  void replace(double limit) {
    descent.grant(steps());
    packing.choose();
    packing.pack();
    if (!packing.someHoldAll()) {
      descent.descend(limit);
      keep();
      search(limit);
    }
  }

  /**
   * Improves a node without duplicates until its peak is within the limit, nothing helps or the
   * steps are used up; leaves the best found.
   */
  void improve(double limit) {
    descent.grant(steps());
    descent.descend(limit);
    keep();
    if (bestPeak > limit) {
      packing.choose();
      attempt(limit);
      search(limit);
    }
  }

  private long steps() {
    return Math.max(LEAST_STEPS, LEAST_EXCHANGES * node.slots * node.expertAt.length);
  }

  private void search(double limit) {
    if (bestPeak > limit) {
      sortExperts();
    }
    boolean helped = true;
    while (helped && bestPeak > limit && descent.mayContinue()) {
      helped = shiftOne(limit);
    }
    restore();
  }

  private void sortExperts() {
    for (int expert = 0; expert < node.experts; expert++) {
      hottestFirst[expert] = WeightKey.of(node.narrowed[expert], expert);
    }
    HeaviestFirst.sort(hottestFirst, node.experts, spare, histogram);
  }

  private boolean shiftOne(double limit) {
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
          if (attempt(limit)) {
            return true;
          }
          restore();
        }
      }
    }
    return false;
  }

  /** Places the node by its counts; keeps the result if it is the best so far. */
  private boolean attempt(double limit) {
    packing.pack();
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
