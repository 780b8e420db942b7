package io.eplb.policies.incremental;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.incremental.layer.RankBurdens;
import io.eplb.policies.incremental.ring.RingPeak;
import io.eplb.policies.incremental.ring.RingSearch;
import io.eplb.policies.incremental.step.Descent;
import io.eplb.policies.incremental.step.DuplicateReplacement;
import io.eplb.policies.incremental.step.ReplicaLeveling;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans the moves of one layer at a time, in the phases that the package describes, in one worker's
 * scratch memory.
 */
final class MovePlanner {
  /**
   * The most steps per slot of a descent: a limit far above any real descent, which ends since
   * every step lowers the potential.
   */
  private static final int STEPS_PER_SLOT = 4;

  private static final int MOST_SPLIT_ROUNDS = 16;
  private static final int MOST_SPLITS_IN_A_ROW = 3;
  private static final int MOVES_OF_A_SPLIT_ROUND = 4;

  /**
   * The least relative distance of the potential from its lower bound at which splits are tried.
   */
  private static final double WORTH_A_SPLIT = 0.001;

  /** The PAR on the estimate above which a ring is compared with a plan for an even split. */
  private static final double WORTH_A_SECOND_SEARCH = 1.02;

  private static final double LEAST_GAIN_OF_A_SPLIT = 1e-4;

  /** The relative error of a peak under a per-batch split. */
  private static final double ROUNDING = 1e-9;

  private final LivingRanks ranks;
  private final ExpertTable table;
  private final ExpertWorkload workload;
  private final PlanSettings settings;
  private final BooleanSupplier stops;
  private final LoadForecast forecast;
  private final LayerState state;
  private final Assignment assignment;
  private final RankBurdens burdens;
  private final ReplicaLeveling leveling;
  private final Descent descent;
  private final @Nullable FreshPlacement freshPlacement;
  private final @Nullable RingSearch ringSearch;
  private final LayerDispatch dispatch;
  private final RingPeak ringPeak;
  private final int mostDistinct;

  /** The estimate by expert, in tokens. */
  private final double[] loads;

  /** The layer's row in the table, EMPTY slots included. */
  private final int[] tableRow;

  // Rows of the usable slots.
  private final int[] current;
  private final int[] planned;
  private final int[] saved;
  private final int[] ring;

  // Scratch of the peak.
  private final int[] counts;
  private final double[] shares;

  private double gain;

  /**
   * Creates the planner of one worker.
   *
   * @param stops whether to return what has been found
   */
  MovePlanner(
      LivingRanks ranks,
      ExpertTable table,
      ExpertWorkload workload,
      PlanSettings settings,
      BooleanSupplier stops) {
    EpTopology topology = ranks.topology();
    int experts = topology.experts();
    int slots = ranks.slots();
    this.ranks = ranks;
    this.table = table;
    this.workload = workload;
    this.settings = settings;
    this.stops = stops;
    this.forecast =
        new LoadForecast(experts, ranks.ranks(), workload.windows(), settings.loadSpread());
    this.state = new LayerState(ranks, forecast, settings.nodeCrossingPrice());
    this.assignment = state.current();
    this.burdens = state.burdens();
    this.leveling = new ReplicaLeveling(state, forecast);
    this.descent = new Descent(state);
    this.freshPlacement = settings.reachesFreshPlacement() ? new FreshPlacement(ranks) : null;
    this.ringSearch = searchOfRing();
    this.dispatch = LayerDispatch.of(Dispatch.LP, topology);
    this.ringPeak = new RingPeak(ranks);
    this.mostDistinct = topology.expertsAvailablePerRank();
    this.loads = new double[experts];
    this.tableRow = new int[topology.physicalExperts()];
    this.current = new int[slots];
    this.planned = new int[slots];
    this.saved = new int[slots];
    this.ring = new int[slots];
    this.counts = new int[experts];
    this.shares = new double[experts];
  }

  /** Returns the search for a ring, which needs distinct experts on every rank. */
  private @Nullable RingSearch searchOfRing() {
    EpTopology topology = ranks.topology();
    if (settings.dispatch() == Dispatch.EVEN
        || ranks.mostSlots() > topology.expertsAvailablePerRank()) {
      return null;
    }
    return new RingSearch(
        state,
        ranks,
        forecast,
        topology.hierarchical() && topology.nodes() > 1 && settings.nodeCrossingPrice() > 0.0,
        settings.dispatch() == Dispatch.LP);
  }

  /** Plans a layer; returns whether it should change, to {@link #row()}. */
  boolean plan(int layer) {
    boolean changes = plan(layer, settings.riskAversion() == 0.0);
    if (gain < 0.0 && forecast.shift() > 1.0) {
      // A plan for the latest window would make the layer worse on the estimate.
      changes = plan(layer, true);
    }
    return changes;
  }

  /** Returns the row of the last plan, in the planner's own array; the caller copies it. */
  int[] row() {
    ranks.scatter(planned, tableRow);
    return tableRow;
  }

  /** Returns the fall of the layer's peak by the last plan, on the estimate, in tokens. */
  double gain() {
    return gain;
  }

  private boolean plan(int layer, boolean trustsEstimate) {
    gain = 0.0;
    if (isLate()) {
      return false;
    }
    workload.expertLoads(table, layer, loads, 0);
    if (!forecast.learn(table, workload, layer, loads, trustsEstimate)) {
      return false;
    }
    table.copyLayer(layer, tableRow, 0);
    ranks.gather(tableRow, current);
    double aversion = settings.aversion(forecast.usedWindows());
    state.start(current, aversion);
    double peakBefore = peak(current);
    boolean isUnsettled = isUnsettled(peakBefore);
    LayerBudget budget = settings.budget(isUnsettled, forecast.shift());
    if (!DuplicateReplacement.replaceAll(
        state, mostDistinct, freshPlacement == null ? budget : LayerBudget.UNLIMITED)) {
      return false;
    }
    if (ringSearch != null && ringSearch.applies(budget)) {
      ringSearch.search(settings.riskAversion(), budget, stops);
      if (isUnsettled) {
        compareWithEven(ringSearch, aversion, budget);
      }
    } else {
      searchEven(isUnsettled, budget);
    }
    if (settings.dispatch() == Dispatch.EVEN
        && freshPlacement != null
        && (aversion == 0.0 || forecast.usedWindows() < 2)) {
      reach(freshPlacement);
    }
    if (ringSearch != null && state.transfers().moved() == 0) {
      // Each peak under this dispatch takes a while.
      return false;
    }
    gain = peakBefore - peakOfState();
    if (settings.dispatch() != Dispatch.EVEN && Math.abs(gain) < ROUNDING * peakBefore) {
      gain = 0.0;
    }
    if (state.transfers().moved() == 0) {
      // A new order of slots within a rank is no reason to change the layer; a new number of
      // copies on a rank is.
      return ranks.mostSlots() > mostDistinct && gain > 0.0;
    }
    return gain >= 0.0;
  }

  /**
   * Plans an unsettled layer as for an even split as well, where windows that are possible leave
   * the ring unbalanced, and keeps what they balance better.
   */
  private void compareWithEven(RingSearch search, double aversion, LayerBudget budget) {
    // Rings within nodes balance the estimate, but not what a node gets beyond it.
    if (!search.keepsNodes() && peakOfState() < meanLoad() * WORTH_A_SECOND_SEARCH) {
      return;
    }
    double ringMean = meanOfScenarios(search);
    assignment.copyTo(ring);
    state.start(current, aversion);
    if (DuplicateReplacement.replaceAll(state, mostDistinct, budget)) {
      searchEven(true, budget);
      if (meanOfScenarios(search) < ringMean) {
        return;
      }
    }
    state.restore(ring);
  }

  private double meanOfScenarios(RingSearch search) {
    assignment.copyTo(planned);
    ranks.scatter(planned, tableRow);
    return search.scenarios().mean(tableRow);
  }

  private void searchEven(boolean isUnsettled, LayerBudget budget) {
    if (!levelAndDescend(isUnsettled, budget)) {
      descend(budget);
    }
    splitWhileItPays(budget);
  }

  /**
   * Moves replicas to the experts that need them, then descends. Returns whether the gain is worth
   * the moves; if not, the row is restored.
   */
  private boolean levelAndDescend(boolean isUnsettled, LayerBudget budget) {
    double before = burdens.potential();
    int movedBefore = state.transfers().moved();
    assignment.copyTo(saved);
    int most = PlanSettings.mostReplicas(isUnsettled, budget);
    if (leveling.level(budget, most, PlanSettings.replicaMargin(isUnsettled)) == 0) {
      return false;
    }
    // This is faster and takes a few more moves. Slow ranks need them for replicas.
    descent.swapFirst(isUnsettled && freshPlacement != null && ranks.equallyFast());
    descend(budget);
    descent.swapFirst(false);
    return keepIfPaid(before, movedBefore, 0.0, budget);
  }

  /** Forces splits: first one, then two and three in a row while there is no gain. */
  private void splitWhileItPays(LayerBudget budget) {
    int splits = 1;
    for (int round = 0; round < MOST_SPLIT_ROUNDS && splits <= MOST_SPLITS_IN_A_ROW; round++) {
      if (budget.perLayer() - state.transfers().moved() < MOVES_OF_A_SPLIT_ROUND
          || burdens.potential() < burdens.leastPotential() * (1.0 + WORTH_A_SPLIT)) {
        break;
      }
      splits = splitAndDescend(splits, budget) ? 1 : splits + 1;
    }
  }

  /**
   * Splits the largest replica of the hottest rank several times in a row, even though the
   * potential rises, and then descends. Returns whether the gain is worth the moves; if not, the
   * row is restored.
   */
  private boolean splitAndDescend(int splits, LayerBudget budget) {
    double before = burdens.potential();
    int movedBefore = state.transfers().moved();
    assignment.copyTo(saved);
    for (int split = 0; split < splits; split++) {
      if (!descent.splitLargest(budget)) {
        break;
      }
    }
    descend(budget);
    return keepIfPaid(before, movedBefore, LEAST_GAIN_OF_A_SPLIT, budget);
  }

  /** Restores the saved row unless the fall of the potential is worth the moves. */
  private boolean keepIfPaid(double before, int movedBefore, double leastGain, LayerBudget budget) {
    double price = budget.leastGain() * Math.max(0, state.transfers().moved() - movedBefore);
    if (before - burdens.potential() > before * Math.max(leastGain, price)) {
      return true;
    }
    state.restore(saved);
    return false;
  }

  /** Lowers the peak to that of a fresh placement, without a limit of moves. */
  private void reach(FreshPlacement fresh) {
    if (!fresh.place(loads)) {
      return;
    }
    double freshPeak = fresh.peak(loads);
    int stepsLeft = STEPS_PER_SLOT * planned.length;
    while (peakOfState() > freshPeak
        && stepsLeft > 0
        && !isLate()
        && descent.step(LayerBudget.UNLIMITED)) {
      stepsLeft--;
    }
    if (peakOfState() <= freshPeak) {
      return;
    }
    fresh.copyAligned(current, saved);
    state.restore(saved);
    descend(LayerBudget.UNLIMITED);
    if (peakOfState() > freshPeak) {
      state.restore(saved);
    }
  }

  private void descend(LayerBudget budget) {
    int stepsLeft = STEPS_PER_SLOT * planned.length;
    while (stepsLeft > 0 && !isLate() && descent.step(budget)) {
      stepsLeft--;
    }
  }

  private boolean isLate() {
    return stops.getAsBoolean();
  }

  private boolean isUnsettled(double peak) {
    return isInitial() || peak > meanLoad() * settings.unsettledAbove();
  }

  /** Returns the mean load of a rank under the estimate. */
  private double meanLoad() {
    double mean = 0.0;
    for (double load : loads) {
      mean += load / ranks.ranks();
    }
    return mean;
  }

  /**
   * Returns whether the row in force is the engines' initial layout, counted over all slots or over
   * the usable ones. As many slots as cannot be used may differ, since the experts that were there
   * alone have been repaired elsewhere.
   */
  private boolean isInitial() {
    int mostRepaired = tableRow.length - current.length;
    return isInitial(current, mostRepaired) || isInitial(tableRow, 2 * mostRepaired);
  }

  /** Returns whether a row differs from the initial layout in at most this many slots. */
  private boolean isInitial(int[] row, int most) {
    int differences = 0;
    for (int slot = 0; slot < row.length && differences <= most; slot++) {
      differences += row[slot] == slot % loads.length ? 0 : 1;
    }
    return differences <= most;
  }

  private double peakOfState() {
    assignment.copyTo(planned);
    return peak(planned);
  }

  /** Returns the load of the hottest rank in a row, relative to its capacity, by the estimate. */
  private double peak(int[] row) {
    if (settings.dispatch() == Dispatch.EVEN) {
      return ranks.peak(row, loads, counts, shares);
    }
    double peak = ringPeak.of(row, loads);
    if (peak != RingPeak.NO_RING) {
      return peak;
    }
    ranks.scatter(row, tableRow);
    return dispatch.solve(tableRow, loads, ranks.inTable()).peakToAverage() * meanLoad();
  }
}
