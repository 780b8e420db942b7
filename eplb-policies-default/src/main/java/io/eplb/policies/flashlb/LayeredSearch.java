package io.eplb.policies.flashlb;

import io.eplb.policies.kernel.HeaviestFirst;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.RankCapacity;
import io.eplb.policies.kernel.Replication;
import io.eplb.policies.kernel.TournamentTree;
import io.eplb.policies.kernel.WeightKey;

/**
 * Searches for the replica counts whose placement has the least mean PAR over the window. It starts
 * from the counts that minimise the largest risk per replica. If the ranks' risks cannot be
 * levelled then, it goes through blocks of experts, riskiest first: in each it gives the block a
 * few replicas more or fewer, places every variant, and continues from the best. It ends after a
 * block without improvement.
 *
 * <p>Not safe for use by several threads; owns its scratch.
 */
final class LayeredSearch {
  /** The largest ratio of a rank's risk to the mean risk at which the risks are level. */
  private static final double LEVEL = 1.01;

  /** The largest share of the PAR that may remain after a block that counts as an improvement. */
  private static final double HELP = 0.99;

  /** The most ranks that the placements of one search may examine. */
  private static final long MOST_LOOKS = 1L << 20;

  /** The most pairs of slots that the exchanges of one placement may examine. */
  private static final long MOST_PAIRS = 1L << 22;

  private final LayerRisk risk;
  private final RankSums sums;
  private final FlashlbSettings settings;
  private final TimeReserve time;
  private final RiskPacking packing;
  private final RiskSwaps swaps;
  private final ReplicaShift shift;
  private final int experts;
  private final int mostPlacements;
  private final int mostExchanges;
  private final int[] counts;
  private final int[] startCounts;
  private final int[] bestCounts;
  private final int[] expertOf;
  private final int[] row;
  private final int[] bestRow;
  private final int[] riskiestFirst;
  private final int[] histogram;
  private final long[] keys;
  private final long[] spare;
  private double best;
  private double bestPacked;
  private int placements;

  LayeredSearch(
      LayerRisk risk,
      HolderLists holders,
      RankSums sums,
      FlashlbSettings settings,
      TimeReserve time) {
    this.risk = risk;
    this.sums = sums;
    this.settings = settings;
    this.time = time;
    packing = new RiskPacking(risk, holders, sums);
    swaps = new RiskSwaps(risk, sums);
    experts = risk.means.length;
    int slots = sums.ranks * sums.slots;
    shift = new ReplicaShift(risk, sums.capacity.living);
    mostPlacements = (int) Math.max(1, MOST_LOOKS / ((long) slots * sums.ranks));
    mostExchanges = (int) Math.min(sums.ranks, 1 + MOST_PAIRS / ((long) slots * sums.slots));
    counts = new int[experts];
    startCounts = new int[experts];
    bestCounts = new int[experts];
    expertOf = new int[slots];
    row = sums.capacity.emptyRow();
    bestRow = new int[slots];
    riskiestFirst = new int[experts];
    histogram = new int[HeaviestFirst.HISTOGRAM];
    keys = new long[TournamentTree.length(experts)];
    spare = new long[experts];
  }

  /** Searches, and returns the mean PAR of the best row. */
  double run() {
    best = Double.POSITIVE_INFINITY;
    bestPacked = Double.POSITIVE_INFINITY;
    placements = 0;
    RankCapacity capacity = sums.capacity;
    Replication.replicate(
        risk.risks, 0, experts, capacity.usableSlots, capacity.living, counts, expertOf, keys);
    pack();
    level();
    if (settings.depth() > 0 && sums.peakToAverageRisk() > LEVEL && searchBlocks()) {
      System.arraycopy(bestCounts, 0, counts, 0, experts);
      packing.pack(counts, settings.keepBonus(), row);
      level();
    }
    return best;
  }

  /** Returns the best row; the next search overwrites it. */
  int[] bestRow() {
    return bestRow;
  }

  private boolean searchBlocks() {
    double before = bestPacked;
    int active = orderExperts();
    int depth = settings.depth();
    boolean helped = true;
    for (int block = 0; helped && block < depth && mayContinue(); block++) {
      int from = (int) ((long) block * active / depth);
      helped = searchBlock(from, (int) ((long) (block + 1) * active / depth));
    }
    return bestPacked < before;
  }

  private boolean mayContinue() {
    return placements < mostPlacements && !time.spent();
  }

  private boolean searchBlock(int from, int to) {
    double before = bestPacked;
    shift.choose(riskiestFirst, from, to);
    System.arraycopy(bestCounts, 0, startCounts, 0, experts);
    int more = (settings.width() + 1) / 2;
    vary(true, more);
    vary(false, settings.width() - more);
    return bestPacked < before * HELP;
  }

  /** Places up to {@code variants} counts, each with one replica more, or fewer, in the block. */
  private void vary(boolean intoBlock, int variants) {
    System.arraycopy(startCounts, 0, counts, 0, experts);
    for (int variant = 0; variant < variants && placements < mostPlacements; variant++) {
      if (!shift.shift(counts, intoBlock)) {
        return;
      }
      pack();
    }
  }

  /** Places the replicas, and keeps their counts if the mean PAR is the least so far. */
  private void pack() {
    placements++;
    packing.pack(counts, settings.keepBonus(), row);
    double score = sums.meanPeakToAverage();
    if (score < bestPacked) {
      bestPacked = score;
      System.arraycopy(counts, 0, bestCounts, 0, experts);
    }
  }

  /** Levels the last placement by exchanges, and keeps it if it is the best so far. */
  private void level() {
    swaps.descend(counts, row, mostExchanges);
    double score = sums.meanPeakToAverage();
    if (score < best) {
      best = score;
      System.arraycopy(row, 0, bestRow, 0, row.length);
    }
  }

  /**
   * Orders the experts, riskiest first.
   *
   * @return the number of experts in all blocks: as many without a second replica as with one
   */
  private int orderExperts() {
    int replicated = 0;
    for (int expert = 0; expert < experts; expert++) {
      keys[expert] = WeightKey.of(risk.risks[expert], expert);
      replicated += counts[expert] > 1 ? 1 : 0;
    }
    HeaviestFirst.sort(keys, experts, spare, histogram);
    for (int place = 0; place < experts; place++) {
      riskiestFirst[place] = WeightKey.index(keys[place]);
    }
    return Math.min(experts, 2 * replicated + settings.depth());
  }
}
