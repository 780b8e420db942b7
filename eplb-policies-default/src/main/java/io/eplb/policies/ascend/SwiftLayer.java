package io.eplb.policies.ascend;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.FallingOrder;
import io.eplb.policies.kernel.LoadScale;

/**
 * Plans one layer at a time for {@code swift}: one worker's scratch memory.
 *
 * <p>The classic procedure (refresh of the redundant slots, then pair swaps), run as the reference
 * runs it, is the yardstick: what it transfers is the most that is transferred, and the peak that
 * it reaches, or one that is low already, is the highest allowed; unless it reaches that by using a
 * link twice and nothing else does. Within that, steepest trades from the row in force look for the
 * row with the least {@code PAR + transfer price × transfers ÷ ranks}; they reach the same peak for
 * a third of the transfers, because they trade any slot rather than refill the redundant ones.
 */
final class SwiftLayer {
  /**
   * The descent goes on below the price, down to this share of it: a flat step may lead to a steep
   * one, and the best row on the way is kept anyway.
   */
  private static final double PATIENCE = 0.1;

  /** A peak within so many transfers' price of the mean is low, whatever the classic one is. */
  private static final double LOW_ENOUGH = 2.0;

  /** Where few ranks make transfers dear, a peak is low only within this share of the mean. */
  private static final double LOW_SHARE = 0.025;

  /**
   * Without redundancy, so many of the coolest ranks are tried as the heaviest expert's new home.
   */
  private static final int RELOCATIONS = 7;

  /** Layers whose mean loads differ by more than this factor are not measured by each other's. */
  private static final double COMPARABLE = 8.0;

  /** The descent may take max-swaps steps for so many ranks, as more ranks need more steps. */
  private static final int RANKS_PER_ROUND = 32;

  private final EpTopology topology;
  private final SwiftSettings settings;
  private final FirstLayer firstLayer;
  private final TradedLayer layer;
  private final UsedLinks links;
  private final RedundancyRefresh refresh;
  private final PairSwaps pairSwaps;
  private final SteepestTrades trades;
  private final int[] best;
  private final int[] aligned;
  private final int[] pending;
  private final int[] coolest;
  private final double[] coolness;

  private double mean;
  private double classicMean;
  private double classicPeak;
  private double before;
  private double price;
  private double bestScore;
  private double bestPeak;
  private double highestPeak;
  private int mostMoves;
  private int classicMoves;
  private int bestMoves;

  SwiftLayer(
      EpTopology topology, MigrationBudget budget, SwiftSettings settings, FirstLayer firstLayer) {
    this.topology = topology;
    this.settings = settings;
    this.firstLayer = firstLayer;
    this.layer =
        new TradedLayer(
            topology.ranks(),
            topology.slotsPerRank(),
            topology.experts(),
            settings.intraNode() ? topology.ranksPerNode() : topology.ranks(),
            limit(budget.maxMovesPerLayer()),
            limit(budget.maxMovesPerRank()));
    this.links = new UsedLinks(topology.ranks(), topology.slotsPerRank());
    this.refresh = new RedundancyRefresh(layer, links);
    this.pairSwaps = new PairSwaps(layer, links);
    this.trades = new SteepestTrades(layer);
    this.best = new int[topology.physicalExperts()];
    this.aligned = new int[topology.physicalExperts()];
    this.pending = new int[topology.experts()];
    this.coolest = new int[topology.ranks()];
    this.coolness = new double[topology.ranks()];
  }

  private static int limit(int budget) {
    return budget == 0 ? Integer.MAX_VALUE : budget;
  }

  /**
   * Plans a layer, sets it in {@code placement}, and records its peaks and transfers.
   *
   * @param strict whether the classic procedure's peak is the highest allowed even if it is low
   * @param allowance the most transfers where the classic procedure leaves the layer as it is
   */
  void plan(
      int index,
      boolean strict,
      int allowance,
      ExpertTable table,
      ExpertWorkload workload,
      Placement.Builder placement,
      LayerGain gain,
      TransferLedger ledger) {
    table.copyLayer(index, layer.before, 0);
    workload.expertLoads(table, index, layer.load, 0);
    double largest = LoadScale.normalize(layer.load);
    if (largest == 0.0) {
      return;
    }
    layer.reset();
    before = layer.peak();
    mean = 0.0;
    for (double load : layer.load) {
      mean += load / layer.ranks;
    }
    int exponent = LoadScale.exponent(largest);
    double first = firstLayer.mean(exponent);
    classicMean = first < mean * COMPARABLE && mean < first * COMPARABLE ? first : mean;
    bestPeak = before;
    bestMoves = 0;
    classicPeak = before;
    classicMoves = 0;
    if (before >= settings.imbalanceThreshold() * mean) {
      search(strict, allowance);
    }
    if (bestPeak < before) {
      for (int from = 0; from < best.length; from += layer.slots) {
        SlotKeeping.align(layer.before, best, aligned, from, from + layer.slots, pending);
      }
      placement.setLayer(index, aligned, 0);
    } else {
      placement.setLayer(index, layer.before, 0);
    }
    gain.record(index, before, bestPeak, exponent);
    ledger.record(index, bestMoves, classicMoves, bestPeak / mean, classicPeak / mean);
  }

  private void search(boolean strict, int allowance) {
    price = settings.transferPrice() * mean / layer.ranks;
    bestScore = Double.POSITIVE_INFINITY;
    int redundant = topology.redundantExperts();
    highestPeak = before;
    if (runClassic()) {
      classicPeak = layer.peak();
      classicMoves = layer.moved();
      mostMoves = classicMoves;
      highestPeak = Math.min(before, classicPeak);
      if (layer.feasible()) {
        consider();
        if (redundant > 0 && !strict) {
          highestPeak = Math.max(highestPeak, lowPeak());
        }
      }
    } else {
      mostMoves = Math.min(layer.moved(), allowance);
    }
    descendFromForce();
    if (bestPeak == before && highestPeak < before) {
      // The classic row needs links that there are not.
      highestPeak = before;
      price *= PATIENCE;
      descendFromForce();
    }
  }

  private double lowPeak() {
    return mean + Math.min(LOW_ENOUGH * price, LOW_SHARE * mean);
  }

  /**
   * Runs the classic procedure.
   *
   * @return whether it keeps the row that it makes; the layer then has it
   */
  private boolean runClassic() {
    links.clear();
    if (!refresh.run()) {
      return false;
    }
    swapPairs();
    double believed = layer.peak();
    layer.measure();
    return believed / classicMean < before / mean;
  }

  private void descendFromForce() {
    layer.reset();
    if (layer.removeDuplicates()) {
      descend();
    }
    if (topology.redundantExperts() == 0) {
      relocate();
    }
  }

  private void swapPairs() {
    for (int swaps = 0; swaps < settings.maxSwaps(); swaps++) {
      if (!pairSwaps.step(settings.swapThreshold() * classicMean)) {
        return;
      }
    }
  }

  private void descend() {
    consider();
    long most = (long) settings.maxSwaps() * (1 + (layer.ranks - 1) / RANKS_PER_ROUND);
    for (long steps = 0; steps < most; steps++) {
      // Even a level layer would not make up for what has been transferred.
      if (mean + price * layer.moved() >= bestScore) {
        return;
      }
      if (!trades.step(price * PATIENCE, mostMoves)) {
        return;
      }
      consider();
    }
  }

  /**
   * Tries the descent after the hottest rank's heaviest expert has moved: without replicas it is
   * that expert's rank that stays hottest, and each rank can hand over only one expert per link, so
   * it matters which rank that is.
   */
  private void relocate() {
    layer.reset();
    int hottest = layer.hottestRank();
    int heaviest = heaviestSlot(hottest);
    for (int rank = 0; rank < layer.ranks; rank++) {
      coolest[rank] = rank;
      coolness[rank] = -layer.rankLoad[rank];
    }
    FallingOrder.sort(coolest, 0, layer.ranks, coolness);
    for (int index = 0; index < Math.min(RELOCATIONS, layer.ranks - 1); index++) {
      layer.reset();
      int rank = coolest[index];
      int other = heaviestSlot(rank);
      int gives = layer.row[heaviest];
      int takes = layer.row[other];
      if (layer.affords(2)
          && layer.mayReceive(rank, takes, gives)
          && layer.mayReceive(hottest, gives, takes)) {
        layer.swap(heaviest, other);
        layer.measure();
        descend();
      }
    }
  }

  private int heaviestSlot(int rank) {
    int heaviest = rank * layer.slots;
    for (int slot = heaviest + 1; slot < (rank + 1) * layer.slots; slot++) {
      if (layer.share[layer.row[slot]] > layer.share[layer.row[heaviest]]) {
        heaviest = slot;
      }
    }
    return heaviest;
  }

  private void consider() {
    double peak = layer.peak();
    double score = peak + price * layer.moved();
    if (peak < before && peak <= highestPeak && layer.moved() <= mostMoves && score < bestScore) {
      bestScore = score;
      bestPeak = peak;
      bestMoves = layer.moved();
      layer.copyRow(best);
    }
  }
}
