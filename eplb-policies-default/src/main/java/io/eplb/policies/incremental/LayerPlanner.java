package io.eplb.policies.incremental;

import io.eplb.api.Deadline;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import org.jspecify.annotations.Nullable;

/** Plans one layer after the other for one worker, which owns the scratch memory in it. */
final class LayerPlanner {
  /** A bound that no descent comes near; it ends because every step lowers the potential. */
  private static final int STEPS_PER_SLOT = 4;

  private static final int MOST_KICKS = 16;
  private static final int MOST_SPLITS = 3;
  private static final int MOVES_OF_A_KICK = 4;

  /** How far above its lower bound a potential is still taken for the bound. */
  private static final double WORTH_A_KICK = 0.001;

  private static final double LEAST_KICK_GAIN = 1e-4;

  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final PlanSettings settings;
  private final LoadModel model;
  private final LayerState state;
  private final ReplicaLeveling leveling;
  private final Descent descent;
  private final @Nullable FreshPlacement reshuffle;
  private final boolean duplicatesAllowed;
  private final int[] current;
  private final int[] saved;
  private final double[] loads;
  private double gain;

  /** Creates the planner of one worker. */
  LayerPlanner(
      EpTopology topology, ExpertTable table, ExpertWorkload workload, PlanSettings settings) {
    this.reshuffle = settings.reachesReshuffle() ? new FreshPlacement(topology) : null;
    this.loads = new double[topology.experts()];
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
    this.leveling = new ReplicaLeveling(state, model);
    this.descent = new Descent(state);
    this.duplicatesAllowed = topology.slotsPerRank() > topology.expertsAvailablePerRank();
    this.current = new int[topology.physicalExperts()];
    this.saved = new int[topology.physicalExperts()];
  }

  /** Plans a layer; returns whether it should change, to {@link #row()}. */
  boolean plan(int layer, Deadline deadline, long stopAtNanosLeft) {
    Uncertainty uncertainty = settings.uncertainty();
    boolean changes = plan(layer, uncertainty, deadline, stopAtNanosLeft);
    if (gain < 0.0 && model.shift() > 1.0) {
      // What the latest window calls for would make the layer worse on the estimate.
      changes = plan(layer, uncertainty.trustingEstimate(), deadline, stopAtNanosLeft);
    }
    return changes;
  }

  private boolean plan(
      int layer, Uncertainty uncertainty, Deadline deadline, long stopAtNanosLeft) {
    gain = 0.0;
    descent.swapFirst(false);
    if (deadline.remainingNanos() <= stopAtNanosLeft
        || !model.learn(table, workload, layer, uncertainty)) {
      return false;
    }
    table.copyLayer(layer, current, 0);
    double aversion = settings.aversion(model.usedWindows());
    state.start(current, aversion);
    double peakBefore = peak(current);
    boolean isUnsettled = isUnsettled(peakBefore);
    MoveLimits limits = settings.limits(isUnsettled, model.shift());
    if (!duplicatesAllowed
        && !DuplicateRepair.repair(state, reshuffle == null ? limits : MoveLimits.NONE)) {
      return false;
    }
    if (!levelAndDescend(isUnsettled, limits, deadline, stopAtNanosLeft)) {
      descend(limits, deadline, stopAtNanosLeft);
    }
    kickWhileItPays(limits, deadline, stopAtNanosLeft);
    if (reshuffle != null && (aversion == 0.0 || model.usedWindows() < 2)) {
      reach(layer, reshuffle, deadline, stopAtNanosLeft);
    }
    gain = peakBefore - peak(state.row);
    if (state.moved == 0) {
      // Nothing but shuffled within ranks, which is no reason to change; unless how often a rank
      // holds an expert has changed.
      return duplicatesAllowed && gain > 0.0;
    }
    return gain >= 0.0;
  }

  /**
   * Moves replicas to the experts that need them, then descends; returns whether that paid, and
   * takes it back otherwise.
   */
  private boolean levelAndDescend(
      boolean isUnsettled, MoveLimits limits, Deadline deadline, long stopAtNanosLeft) {
    double before = state.potential();
    int movedBefore = state.moved;
    System.arraycopy(state.row, 0, saved, 0, saved.length);
    int most = settings.mostReplicas(isUnsettled);
    if (leveling.level(limits, most, PlanSettings.replicaMargin(isUnsettled)) == 0) {
      return false;
    }
    // Quicker, for some more moves.
    descent.swapFirst(isUnsettled && reshuffle != null);
    descend(limits, deadline, stopAtNanosLeft);
    descent.swapFirst(false);
    return keepIfPaid(before, movedBefore, 0.0, limits);
  }

  private void kickWhileItPays(MoveLimits limits, Deadline deadline, long stopAtNanosLeft) {
    int splits = 1;
    for (int kicks = 0; kicks < MOST_KICKS && splits <= MOST_SPLITS; kicks++) {
      if (limits.perLayer() - state.moved < MOVES_OF_A_KICK
          || state.potential() < state.leastPotential() * (1.0 + WORTH_A_KICK)) {
        break;
      }
      splits = kick(splits, limits, deadline, stopAtNanosLeft) ? 1 : splits + 1;
    }
  }

  /** Lowers the peak to that of a reshuffle, whatever has to move. */
  private void reach(int layer, FreshPlacement fresh, Deadline deadline, long stopAtNanosLeft) {
    workload.expertLoads(table, layer, loads, 0);
    if (!fresh.place(loads)) {
      return;
    }
    double freshPeak = fresh.peak(model.load);
    int stepsLeft = STEPS_PER_SLOT * state.physical;
    while (peak(state.row) > freshPeak
        && stepsLeft > 0
        && deadline.remainingNanos() > stopAtNanosLeft
        && descent.step(MoveLimits.NONE)) {
      stepsLeft--;
    }
    if (peak(state.row) <= freshPeak) {
      return;
    }
    fresh.copyAligned(current, saved);
    state.restore(saved);
    descend(MoveLimits.NONE, deadline, stopAtNanosLeft);
    if (peak(state.row) > freshPeak) {
      state.restore(saved);
    }
  }

  /**
   * Splits the largest replica of the hottest rank, so many times in a row, even though that alone
   * is uphill, and descends from there; returns whether it paid, and takes it back otherwise.
   */
  private boolean kick(int splits, MoveLimits limits, Deadline deadline, long stopAtNanosLeft) {
    double before = state.potential();
    int movedBefore = state.moved;
    System.arraycopy(state.row, 0, saved, 0, saved.length);
    for (int split = 0; split < splits; split++) {
      if (!descent.splitLargest(limits)) {
        break;
      }
    }
    descend(limits, deadline, stopAtNanosLeft);
    return keepIfPaid(before, movedBefore, LEAST_KICK_GAIN, limits);
  }

  /** Goes back to the saved row unless the potential has fallen by enough for what was moved. */
  private boolean keepIfPaid(double before, int movedBefore, double leastGain, MoveLimits limits) {
    double price = limits.leastGain() * Math.max(0, state.moved - movedBefore);
    if (before - state.potential() > before * Math.max(leastGain, price)) {
      return true;
    }
    state.restore(saved);
    return false;
  }

  private void descend(MoveLimits limits, Deadline deadline, long stopAtNanosLeft) {
    int stepsLeft = STEPS_PER_SLOT * state.physical;
    while (stepsLeft > 0 && deadline.remainingNanos() > stopAtNanosLeft && descent.step(limits)) {
      stepsLeft--;
    }
  }

  /** Returns the row that the last plan ended with; the planner's own array, to be copied. */
  int[] row() {
    return state.row;
  }

  /** Returns by how much the last plan lowers the layer's peak on the estimate, in tokens. */
  double gain() {
    return gain;
  }

  private boolean isUnsettled(double peak) {
    return isInitial() || peak > meanLoad() * settings.unsettledAbove();
  }

  /** The mean load of a rank under the estimate. */
  private double meanLoad() {
    double mean = 0.0;
    for (int expert = 0; expert < state.experts; expert++) {
      mean += model.load[expert] / state.ranks;
    }
    return mean;
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
