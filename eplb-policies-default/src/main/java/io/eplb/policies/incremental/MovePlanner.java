package io.eplb.policies.incremental;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.incremental.ring.RingSearch;
import io.eplb.policies.incremental.step.DuplicateReplacement;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans the moves of one layer at a time, in the phases that the package describes, in one worker's
 * scratch memory.
 */
final class MovePlanner {
  /** The most splits in a row of the even search. */
  private static final int MOST_SPLITS_IN_A_ROW = 3;

  /**
   * The trust in the estimate of a second plan, a smaller step towards traffic that has shifted.
   */
  private static final double HALF_TRUST = 0.5;

  /** The PAR on the estimate above which a ring is compared with a plan for an even split. */
  private static final double WORTH_A_SECOND_SEARCH = 1.02;

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
  private final EvenSearch evenSearch;
  private final @Nullable FreshPlacement freshPlacement;
  private final @Nullable RingSearch ringSearch;
  private final LayerPeak peak;
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

  /** The peak of the row in force. */
  private double peakBefore;

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
    this.freshPlacement = settings.reachesFreshPlacement() ? new FreshPlacement(ranks) : null;
    // Swaps before replications are faster and take a few more moves. Slow ranks need them for
    // replicas.
    this.evenSearch =
        new EvenSearch(state, forecast, freshPlacement != null && ranks.equallyFast(), stops);
    this.ringSearch = searchOfRing();
    this.peak = new LayerPeak(ranks, settings.dispatch());
    this.mostDistinct = topology.expertsAvailablePerRank();
    this.loads = new double[experts];
    this.tableRow = new int[topology.physicalExperts()];
    this.current = new int[slots];
    this.planned = new int[slots];
    this.saved = new int[slots];
    this.ring = new int[slots];
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
    boolean changes = plan(layer, settings.riskAversion() == 0.0 ? 1.0 : 0.0);
    if (gain < 0.0 && forecast.shift() > 1.0) {
      // A plan for the latest window would make the layer worse on the estimate.
      changes = plan(layer, HALF_TRUST);
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

  private boolean plan(int layer, double trust) {
    gain = 0.0;
    if (isLate()) {
      return false;
    }
    workload.expertLoads(table, layer, loads, 0);
    if (!forecast.learn(table, workload, layer, loads, trust)) {
      return false;
    }
    table.copyLayer(layer, tableRow, 0);
    ranks.gather(tableRow, current);
    double aversion = settings.aversion(forecast.usedWindows());
    state.start(current, aversion);
    peakBefore = peak.of(current, loads);
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
    evenSearch.search(isUnsettled, budget);
    if (isUnsettled || forecast.shift() == 1.0) {
      evenSearch.split(budget, MOST_SPLITS_IN_A_ROW);
    } else if (peakOfState() <= peakBefore) {
      // A plan that is worse on the estimate is given up; more splits than one rarely help one that
      // moves so much.
      evenSearch.split(budget, 1);
    }
  }

  /** Lowers the peak to that of a fresh placement, without a limit of moves. */
  private void reach(FreshPlacement fresh) {
    if (!fresh.place(loads)) {
      return;
    }
    double freshPeak = fresh.peak(loads);
    evenSearch.descendWhile(() -> peakOfState() > freshPeak, LayerBudget.UNLIMITED);
    if (peakOfState() <= freshPeak) {
      return;
    }
    fresh.copyAligned(current, saved);
    state.restore(saved);
    evenSearch.descend(LayerBudget.UNLIMITED);
    if (peakOfState() > freshPeak) {
      state.restore(saved);
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
    return peak.of(planned, loads);
  }
}
