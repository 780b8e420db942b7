package io.eplb.policies.flashlb;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.LoadScale;

/** Plans one layer at a time for {@code flashlb}, in one worker's scratch memory. */
final class FlashlbLayer {
  private final EpTopology topology;
  private final MigrationBudget budget;
  private final FlashlbSettings settings;
  private final TimeReserve time;
  private final LayerMemory memory;
  private final int slots;
  private final double[] loads;
  private final int[] current;

  /** The row with the same experts on all ranks; empty unless every expert fits onto every rank. */
  private final int[] everything;

  private final double[] shares;
  private final int[] counts;
  private final LayerRisk risk;
  private final HolderLists holders;
  private final RankSums sums;
  private final LayeredSearch search;
  private final RankAlignment alignment;

  FlashlbLayer(
      EpTopology topology,
      MigrationBudget budget,
      FlashlbSettings settings,
      TimeReserve time,
      LayerMemory memory) {
    this.topology = topology;
    this.budget = budget;
    this.settings = settings;
    this.time = time;
    this.memory = memory;
    slots = topology.slotsPerRank();
    loads = new double[topology.experts()];
    current = new int[topology.physicalExperts()];
    everything = new int[slots < topology.experts() ? 0 : topology.physicalExperts()];
    LayerRow.holdAllEverywhere(everything, slots, topology.experts());
    shares = new double[topology.experts()];
    counts = new int[topology.experts()];
    risk = new LayerRisk(topology.experts(), settings.deviations());
    holders = new HolderLists(topology.experts(), topology.physicalExperts());
    sums = new RankSums(risk, topology.ranks(), slots);
    search = new LayeredSearch(risk, holders, sums, settings, time);
    alignment = new RankAlignment(topology, holders);
  }

  /**
   * Adds the windows of a layer to the memory, and plans the layer if it needs a plan.
   *
   * @param placement receives the row if it changes
   * @return the relative fall of the mean PAR; NaN if the row stays as it is
   */
  double plan(int layer, ExpertTable table, ExpertWorkload workload, Placement.Builder placement) {
    table.copyLayer(layer, current, 0);
    LoadWindow window = memory.window(layer);
    double peaks = 0.0;
    int busy = 0;
    for (int at = 0; at < workload.windows(); at++) {
      workload.expertLoads(table, layer, at, at + 1, loads, 0);
      if (scaleToMeanOfOne(loads)) {
        window.add(loads);
        peaks += peakToAverage();
        busy++;
      }
    }
    if (busy == 0 || time.spent()) {
      return Double.NaN;
    }
    double balancedness = busy / peaks;
    if (balancedness >= settings.updateBalancedness()
        && balancedness >= settings.updateRatio() * memory.promised(layer)) {
      return Double.NaN;
    }
    return improve(layer, window, placement);
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
    double peak = LayerRow.peak(current, loads, slots, counts, shares);
    return Math.max(1.0, peak * topology.ranks() / topology.experts());
  }

  private double improve(int layer, LoadWindow window, Placement.Builder placement) {
    risk.load(window);
    holders.link(current);
    sums.load(counts, current);
    double before = sums.meanPeakToAverage();
    boolean choice = slots < topology.experts();
    double after = choice ? search.run() : 1.0;
    int[] row = alignment.align(choice ? search.bestRow() : everything);
    if (!(after < before * (1.0 - settings.leastGain()))
        || !LayerRow.withinBudget(
            current, row, slots, budget.maxMovesPerLayer(), budget.maxMovesPerRank(), counts)) {
      memory.promise(layer, 1.0 / before);
      return Double.NaN;
    }
    memory.promise(layer, 1.0 / after);
    placement.setLayer(layer, row, 0);
    return 1.0 - after / before;
  }
}
