package io.eplb.policies.incremental;

import io.eplb.api.Deadline;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;

/** Plans one layer after the other for one worker, which owns the scratch memory in it. */
final class LayerPlanner {
  /** A bound that no descent comes near; it ends because every step lowers the potential. */
  private static final int STEPS_PER_SLOT = 4;

  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final PlanSettings settings;
  private final LoadModel model;
  private final LayerState state;
  private final Descent descent;
  private final boolean duplicatesAllowed;
  private final int[] current;
  private double gain;

  LayerPlanner(
      EpTopology topology, ExpertTable table, ExpertWorkload workload, PlanSettings settings) {
    this.table = table;
    this.workload = workload;
    this.settings = settings;
    this.model = new LoadModel(topology.experts(), workload.windows());
    this.state =
        new LayerState(
            topology.experts(),
            topology.ranks(),
            topology.slotsPerRank(),
            model,
            new HomeNodes(topology, settings.nodeCrossingPrice()));
    this.descent = new Descent(state);
    this.duplicatesAllowed = topology.slotsPerRank() > topology.expertsAvailablePerRank();
    this.current = new int[topology.physicalExperts()];
  }

  /** Plans a layer; returns whether it should change, to {@link #row()}. */
  boolean plan(int layer, Deadline deadline, long stopAtNanosLeft) {
    gain = 0.0;
    if (deadline.remainingNanos() <= stopAtNanosLeft
        || !model.learn(table, workload, layer, settings.uncertainty())) {
      return false;
    }
    table.copyLayer(layer, current, 0);
    state.start(current, settings.aversion(model.usedWindows()));
    double peakBefore = peak(current);
    MoveLimits limits = limits(peakBefore);
    if (!duplicatesAllowed && !DuplicateRepair.repair(state, limits)) {
      return false;
    }
    int stepsLeft = STEPS_PER_SLOT * state.physical;
    while (stepsLeft > 0 && deadline.remainingNanos() > stopAtNanosLeft && descent.step(limits)) {
      stepsLeft--;
    }
    // What was not moved at all can only have been shuffled within ranks: no reason to change.
    gain = peakBefore - peak(state.row);
    return state.moved > 0 && gain >= 0.0;
  }

  /** Returns the row that the last plan ended with; the planner's own array, to be copied. */
  int[] row() {
    return state.row;
  }

  /** Returns by how much the last plan lowers the layer's peak on the estimate, in tokens. */
  double gain() {
    return gain;
  }

  private MoveLimits limits(double peak) {
    double mean = 0.0;
    for (int expert = 0; expert < state.experts; expert++) {
      mean += model.load[expert] / state.ranks;
    }
    return settings.limits(isInitial() || peak > mean * settings.unsettledAbove());
  }

  private boolean isInitial() {
    for (int slot = 0; slot < current.length; slot++) {
      if (current[slot] != slot % state.experts) {
        return false;
      }
    }
    return true;
  }

  /** The hottest rank's load under the estimate; a row has the replica counts of its own. */
  private double peak(int[] row) {
    double peak = 0.0;
    for (int rank = 0; rank < state.ranks; rank++) {
      double load = 0.0;
      for (int slot = rank * state.slots; slot < (rank + 1) * state.slots; slot++) {
        load += model.load[row[slot]] / state.count[row[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }
}
