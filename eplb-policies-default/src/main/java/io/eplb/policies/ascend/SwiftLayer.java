package io.eplb.policies.ascend;

import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.policies.kernel.FallingOrder;
import io.eplb.policies.kernel.LoadScale;
import io.eplb.policies.kernel.RankCapacity;
import org.jspecify.annotations.Nullable;

/**
 * Plans one layer at a time for {@code swift}, in one worker's scratch memory.
 *
 * <p>The {@linkplain ReferenceProcedure reference's procedure} sets two limits. The layer takes at
 * most as many transfers as the reference, and its peak is at most the reference's or a low peak
 * near the mean. Within these limits, {@linkplain SteepestTrades steepest trades} from the row in
 * force search for the row with the least {@code PAR + transfer price × transfers ÷ ranks}. If the
 * reference uses a link twice and no row is found, the limit of the peak is dropped.
 *
 * <p>Where ranks differ in speed or usable slots, there are no such limits, since the reference
 * knows equal ranks only: it would send the hottest experts to a slow rank with redundant slots.
 *
 * <p>Example: the reference takes 40 transfers to a PAR of 1.30. Trades that reach 1.30 with 12 and
 * 1.25 with 20 are both allowed, and the price decides; 1.20 with 41 and 1.35 with 5 are not.
 */
final class SwiftLayer {
  /**
   * The share of the price at which the descent ends: a small step may lead to a larger one, and
   * the best row is kept.
   */
  private static final double PATIENCE = 0.1;

  /** The distance from the mean to the highest low peak, in prices of one transfer. */
  private static final double LOW_ENOUGH = 2.0;

  /**
   * The limit of that distance as a share of the mean; it applies to few ranks, where one transfer
   * has a high price.
   */
  private static final double LOW_SHARE = 0.025;

  /**
   * The number of coolest ranks that are tried as the heaviest expert's new rank, without
   * redundancy.
   */
  private static final int RELOCATIONS = 7;

  /** The factor between two layers' mean loads from which on one is not measured by the other's. */
  private static final double COMPARABLE = 8.0;

  /**
   * The number of ranks for which the descent may take max-swaps steps; more ranks need more steps.
   */
  private static final int RANKS_PER_ROUND = 32;

  private final SwiftSettings settings;
  private final RankCapacity capacity;
  private final double firstMean;
  private final int slots;

  /** The slots beyond one per expert. */
  private final int redundant;

  private final RowChange change;
  private final TradedLayer layer;

  /** Null where ranks differ, which the reference does not know. */
  private final @Nullable ReferenceProcedure reference;

  private final SteepestTrades trades;
  private final double[] load;
  private final int[] inForce;
  private final int[] best;
  private final int[] aligned;
  private final int[] pending;
  private final int[] coolest;
  private final double[] coolness;

  private double mean;
  private double referenceMean;
  private double referencePeak;
  private double before;
  private double price;
  private double bestScore;
  private double bestPeak;
  private double highestPeak;
  private int mostMoves;
  private int referenceMoves;
  private int bestMoves;

  /** Creates the scratch; {@code firstMean} is the mean load ÷ speed of a rank in layer 0. */
  SwiftLayer(
      EpTopology topology,
      RankCapacity capacity,
      boolean even,
      MigrationBudget budget,
      SwiftSettings settings,
      double firstMean) {
    this.settings = settings;
    this.capacity = capacity;
    this.firstMean = firstMean;
    int ranks = capacity.ranks;
    slots = capacity.slots;
    int experts = topology.experts();
    redundant = capacity.usableSlots - experts;
    int span = settings.intraNode() ? topology.ranksPerNode() : ranks;
    load = new double[experts];
    change = new RowChange(experts, capacity);
    layer =
        new TradedLayer(
            change,
            capacity,
            span,
            load,
            limit(budget.maxMovesPerLayer()),
            limit(budget.maxMovesPerRank()));
    reference = even ? new ReferenceProcedure(ranks, slots, experts, span) : null;
    trades = new SteepestTrades(layer, change, capacity, experts);
    inForce = new int[ranks * slots];
    best = new int[ranks * slots];
    aligned = new int[ranks * slots];
    pending = new int[experts];
    coolest = new int[ranks];
    coolness = new double[ranks];
  }

  private static int limit(int budget) {
    return budget == 0 ? Integer.MAX_VALUE : budget;
  }

  /**
   * Plans a layer, and sets and records it in the plan.
   *
   * @param strict whether the reference's peak is the highest allowed even if it is low
   * @param allowance the most transfers where the reference leaves the layer as it is
   */
  void plan(int index, boolean strict, int allowance, SwiftPlan plan) {
    plan.table.copyLayer(index, inForce, 0);
    plan.workload.expertLoads(plan.table, index, load, 0);
    double largest = LoadScale.normalize(load);
    if (largest == 0.0) {
      return;
    }
    change.start(inForce);
    layer.measure();
    before = layer.peak();
    mean = 0.0;
    for (double expertLoad : load) {
      mean += expertLoad / capacity.totalSpeed;
    }
    int exponent = LoadScale.exponent(largest);
    double first = Math.scalb(firstMean, -exponent);
    referenceMean = first < mean * COMPARABLE && mean < first * COMPARABLE ? first : mean;
    bestPeak = before;
    bestMoves = 0;
    referencePeak = before;
    referenceMoves = 0;
    if (before >= settings.imbalanceThreshold() * mean) {
      search(strict, allowance);
    }
    if (bestPeak < before) {
      SlotKeeping.align(inForce, best, aligned, slots, pending);
    }
    plan.placement.setLayer(index, bestPeak < before ? aligned : inForce, 0);
    plan.record(index, exponent, mean, before, bestPeak, referencePeak, bestMoves, referenceMoves);
  }

  private void search(boolean strict, int allowance) {
    price = settings.transferPrice() * mean / capacity.living;
    bestScore = Double.POSITIVE_INFINITY;
    highestPeak = before;
    if (reference == null) {
      mostMoves = Integer.MAX_VALUE;
    } else if (runReference(reference)) {
      referencePeak = layer.peak();
      referenceMoves = change.moved();
      mostMoves = referenceMoves;
      highestPeak = Math.min(before, referencePeak);
      if (layer.feasible()) {
        consider();
        if (redundant > 0 && !strict) {
          highestPeak = Math.max(highestPeak, lowPeak());
        }
      }
    } else {
      mostMoves = Math.min(change.moved(), allowance);
    }
    descendFromForce();
    if (bestPeak == before && highestPeak < before) {
      // The reference's row uses a link twice.
      highestPeak = before;
      price *= PATIENCE;
      descendFromForce();
    }
  }

  private double lowPeak() {
    return mean + Math.min(LOW_ENOUGH * price, LOW_SHARE * mean);
  }

  /**
   * Runs the reference's procedure.
   *
   * @return whether it keeps the row that it makes; the layer has that row in any case
   */
  private boolean runReference(ReferenceProcedure reference) {
    double believed =
        reference.run(inForce, load, settings.swapThreshold() * referenceMean, settings.maxSwaps());
    change.restore(reference.row());
    layer.measure();
    return believed / referenceMean < before / mean;
  }

  private void descendFromForce() {
    change.reset();
    layer.measure();
    if (layer.removeDuplicates()) {
      descend();
    }
    if (redundant == 0) {
      relocate();
    }
  }

  private void descend() {
    consider();
    long most = (long) settings.maxSwaps() * (1 + (capacity.living - 1) / RANKS_PER_ROUND);
    for (long steps = 0; steps < most; steps++) {
      // Even a level layer would not repay the transfers so far.
      if (mean + price * change.moved() >= bestScore) {
        return;
      }
      if (!trades.step(price * PATIENCE, mostMoves)) {
        return;
      }
      consider();
    }
  }

  /**
   * Tries the descent after the heaviest expert of the hottest rank has moved to another rank.
   * Without replicas, that expert's rank stays the hottest and can give only one expert to each
   * other rank, so the choice of the rank matters.
   */
  private void relocate() {
    change.reset();
    layer.measure();
    int hottest = layer.hottestRank();
    int heaviest = heaviestSlot(hottest);
    int living = 0;
    for (int rank = 0; rank < capacity.ranks; rank++) {
      coolness[rank] = -layer.rankTime(rank);
      if (capacity.usable[rank] > 0) {
        coolest[living++] = rank;
      }
    }
    FallingOrder.sort(coolest, 0, living, coolness);
    for (int index = 0; index < Math.min(RELOCATIONS, living - 1); index++) {
      change.reset();
      layer.measure();
      int rank = coolest[index];
      int other = heaviestSlot(rank);
      int gives = change.expertAt(heaviest);
      int takes = change.expertAt(other);
      if (layer.affords(2)
          && layer.mayReceive(rank, takes, gives)
          && layer.mayReceive(hottest, gives, takes)) {
        change.swap(heaviest, other);
        layer.measure();
        descend();
      }
    }
  }

  private int heaviestSlot(int rank) {
    int heaviest = rank * slots;
    for (int slot = heaviest + 1; slot < capacity.end(rank); slot++) {
      if (layer.share(change.expertAt(slot)) > layer.share(change.expertAt(heaviest))) {
        heaviest = slot;
      }
    }
    return heaviest;
  }

  private void consider() {
    double peak = layer.peak();
    double score = peak + price * change.moved();
    if (peak < before && peak <= highestPeak && change.moved() <= mostMoves && score < bestScore) {
      bestScore = score;
      bestPeak = peak;
      bestMoves = change.moved();
      change.copyRow(best);
    }
  }
}
