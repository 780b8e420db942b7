package io.eplb.policies.ascend;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;

/**
 * Plans one layer at a time for {@code swift}: one worker's scratch memory.
 *
 * <p>The classic procedure (refresh of the redundant slots, then pair swaps) is the yardstick: what
 * it transfers is the most that is transferred, and the peak that it reaches, or one that is low
 * already, is the highest allowed; unless it reaches that by using a link twice and nothing else
 * does. Within that, steepest trades from the row in force look for the row with the least {@code
 * PAR + transfer price × transfers ÷ ranks}; they reach the same peak for a third of the transfers,
 * because they trade any slot rather than refill the redundant ones.
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

  /** Where the classic procedure gains nothing, trades may move this share of the redundancy. */
  private static final double TIMID_SHARE = 0.25;

  /**
   * Without redundancy, so many of the coolest ranks are tried as the heaviest expert's new home.
   */
  private static final int RELOCATIONS = 7;

  /** The descent may take max-swaps steps for so many ranks, as more ranks need more steps. */
  private static final int RANKS_PER_ROUND = 32;

  private final EpTopology topology;
  private final SwiftSettings settings;
  private final TradedLayer layer;
  private final UsedLinks links;
  private final RedundancyRefresh refresh;
  private final PairSwaps pairSwaps;
  private final SteepestTrades trades;
  private final int[] best;
  private final int[] aligned;
  private final int[] pending;
  private final int[] coolest;

  private double mean;
  private double before;
  private double price;
  private double bestScore;
  private double bestPeak;
  private double highestPeak;
  private int mostMoves;
  private int classicMoves;
  private int bestMoves;

  SwiftLayer(EpTopology topology, MigrationBudget budget, SwiftSettings settings) {
    this.topology = topology;
    this.settings = settings;
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
  }

  private static int limit(int budget) {
    return budget == 0 ? Integer.MAX_VALUE : budget;
  }

  /**
   * Plans a layer, sets it in {@code placement} if it changes, and records its peaks and transfers.
   */
  void plan(
      int index,
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
    bestPeak = before;
    bestMoves = 0;
    classicMoves = 0;
    if (before >= settings.imbalanceThreshold() * mean) {
      search();
    }
    if (bestPeak < before) {
      for (int from = 0; from < best.length; from += layer.slots) {
        SlotKeeping.align(layer.before, best, aligned, from, from + layer.slots, pending);
      }
      placement.setLayer(index, aligned, 0);
    }
    gain.record(index, before, bestPeak, LoadScale.exponent(largest));
    ledger.record(index, bestMoves, classicMoves);
  }

  private void search() {
    price = settings.transferPrice() * mean / layer.ranks;
    bestScore = Double.POSITIVE_INFINITY;
    int redundant = topology.redundantExperts();
    double reached = runClassic();
    classicMoves = reached < before ? layer.moved() : 0;
    mostMoves = classicMoves;
    highestPeak = before;
    if (reached < before) {
      highestPeak = reached;
      if (layer.feasible()) {
        consider();
        highestPeak = redundant == 0 ? reached : Math.max(reached, lowPeak());
      }
    } else {
      mostMoves = (int) Math.ceil(redundant * TIMID_SHARE);
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

  /** Returns the peak that the classic procedure reaches; infinite if it cannot fill its slots. */
  private double runClassic() {
    links.clear();
    if (!refresh.run()) {
      return Double.POSITIVE_INFINITY;
    }
    swapPairs();
    return layer.peak();
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
      if (!pairSwaps.step(settings.swapThreshold() * mean)) {
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
    }
    IndexSort.ascending(coolest, layer.ranks, layer.rankLoad);
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
