package io.eplb.policies.flashlb;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.LoadScale;
import io.eplb.policies.kernel.RankCapacity;

/** Plans one layer at a time for {@code flashlb}, in one worker's scratch memory. */
final class FlashlbLayer {
  private final int experts;
  private final RankCapacity capacity;
  private final MigrationBudget budget;
  private final FlashlbSettings settings;
  private final TimeReserve time;
  private final double[] loads;
  private final int[] current;

  /** The row with all experts on every rank; empty unless they fit onto every rank. */
  private final int[] everything;

  /** True if some rank can use more slots than there are experts, and so holds some twice. */
  private final boolean repeats;

  /** True if all ranks with {@link #everything} bear the same time. */
  private final boolean level;

  private final double[] shares;
  private final int[] counts;
  private final LayerRisk risk;
  private final HolderLists holders;
  private final RankSums sums;
  private final LayeredSearch search;
  private final RankAlignment alignment;

  FlashlbLayer(
      int experts,
      RankCapacity capacity,
      MigrationBudget budget,
      FlashlbSettings settings,
      TimeReserve time) {
    this.experts = experts;
    this.capacity = capacity;
    this.budget = budget;
    this.settings = settings;
    this.time = time;
    RankCapacity distinct = capacity.atMost(experts);
    int slots = capacity.ranks * capacity.slots;
    loads = new double[experts];
    current = new int[slots];
    everything = capacity.usableAtLeast(experts) ? capacity.emptyRow() : new int[0];
    if (everything.length > 0) {
      LayerRow.holdAllEverywhere(everything, distinct, 0, experts);
    }
    repeats = distinct.usableSlots < capacity.usableSlots;
    level = capacity.equalSpeeds && capacity.equalSlots();
    shares = new double[experts];
    counts = new int[experts];
    risk = new LayerRisk(experts, settings.deviations());
    holders = new HolderLists(experts, slots);
    sums = new RankSums(risk, capacity);
    RankSums searched = repeats ? new RankSums(risk, distinct) : sums;
    search = new LayeredSearch(risk, holders, searched, settings, time);
    alignment = new RankAlignment(distinct, holders);
  }

  /**
   * Adds the new windows of a layer to its memory, and plans the layer if they show that it needs a
   * plan. If no window is new, the newest one decides.
   *
   * @param placement receives the row if it changes
   * @return the relative fall of the mean PAR; NaN if the row stays as it is
   */
  double plan(
      int layer,
      ExpertTable table,
      ExpertWorkload workload,
      LayerMemory memory,
      Placement.Builder placement) {
    table.copyLayer(layer, current, 0);
    int newest = workload.windows() - 1;
    memory.expect(workload.windowId(0), workload.windowId(newest));
    if (memory.knows(workload.windowId(newest)) && measure(layer, newest, table, workload)) {
      memory.confirmNewest(loads);
    }
    double peaks = 0.0;
    int busy = 0;
    for (int at = 0; at <= newest; at++) {
      long id = workload.windowId(at);
      boolean known = memory.knows(id);
      if (known && at < newest) {
        continue;
      }
      if (measure(layer, at, table, workload)) {
        peaks += peakToAverage();
        busy++;
        if (!known) {
          memory.add(id, loads);
        }
      } else if (!known) {
        memory.skip(id);
      }
    }
    if (busy == 0 || time.spent()) {
      return Double.NaN;
    }
    double balancedness = busy / peaks;
    if (balancedness >= settings.updateBalancedness()
        && balancedness >= settings.updateRatio() * memory.achieved()) {
      return Double.NaN;
    }
    return improve(layer, memory, placement);
  }

  /** Computes a window's loads, scaled to a mean of 1; returns false if it does not count. */
  private boolean measure(int layer, int window, ExpertTable table, ExpertWorkload workload) {
    workload.measuredExpertLoads(table, layer, window, loads, 0);
    return scaleToMeanOfOne(loads);
  }

  /** Scales loads in place so that their mean is 1; returns false if all are 0. */
  private static boolean scaleToMeanOfOne(double[] loads) {
    // First by a power of two, which is exact, so that the sum neither overflows nor loses digits.
    if (LoadScale.normalize(loads) == 0.0) {
      return false;
    }
    double sum = 0.0;
    for (double load : loads) {
      sum += load;
    }
    double scale = loads.length / sum;
    for (int index = 0; index < loads.length; index++) {
      loads[index] *= scale;
    }
    return true;
  }

  private double peakToAverage() {
    double peak = LayerRow.peak(current, loads, capacity, counts, shares);
    return Math.max(1.0, peak * capacity.totalSpeed / experts);
  }

  private double improve(int layer, LayerMemory memory, Placement.Builder placement) {
    risk.load(memory.window());
    holders.link(current);
    double before = meanPeakToAverage(current);
    boolean choice = everything.length == 0;
    double after = choice ? search.run() : 1.0;
    int[] row = alignment.align(choice ? search.bestRow() : everything);
    if (repeats) {
      LayerRow.holdAllEverywhere(row, capacity, experts, experts);
    }
    if (choice ? repeats : !level) {
      after = meanPeakToAverage(row);
    }
    if (!(after < before * (1.0 - settings.leastGain()))
        || !LayerRow.withinBudget(
            current,
            row,
            capacity.slots,
            budget.maxMovesPerLayer(),
            budget.maxMovesPerRank(),
            counts)) {
      memory.achieve(1.0 / before);
      return Double.NaN;
    }
    memory.achieve(1.0 / after);
    placement.setLayer(layer, row, 0);
    return 1.0 - after / before;
  }

  private double meanPeakToAverage(int[] row) {
    LayerRow.countReplicas(row, counts);
    sums.load(counts, row);
    return sums.meanPeakToAverage();
  }
}
