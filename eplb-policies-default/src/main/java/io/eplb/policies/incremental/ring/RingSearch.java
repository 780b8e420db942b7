package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.function.BooleanSupplier;

/**
 * The moves of one layer for a dispatch that divides every batch anew: a ring, where the row in
 * force has none; then relinks and swaps in turn, until neither lowers the potential.
 */
public final class RingSearch {
  /** The most steps per slot: a limit far above any real descent, since every step gains. */
  private static final int STEPS_PER_SLOT = 4;

  /** A row has no ring if less than this share of the possible pairs of neighbours are linked. */
  private static final double LINKED_SHARE = 0.5;

  /** The load of a replica, in mean loads of a rank, above which an expert gets more replicas. */
  private static final double LARGE_REPLICA = 0.4;

  private static final double LARGE_UNDIVIDED_REPLICA = 0.75;

  private final boolean keepsNodes;
  private final LayerState state;
  private final Assignment assignment;
  private final ArcBurdens burdens;
  private final RingLinks links;
  private final RingDescent descent;
  private final Relinking relinking;
  private final LinkRelay relay;
  private final ScenarioPeaks scenarios;
  private final int[] before;
  private final int[] built;

  /**
   * Creates the memory of a search on the layers of a state.
   *
   * @param keepsNodes whether a new ring leaves every expert on its node
   * @param dividesBatches whether the tokens of an expert in one batch can be divided; if they go
   *     to one replica, a third replica helps less than a second one of another expert
   */
  public RingSearch(
      LayerState state,
      LivingRanks ranks,
      LoadForecast forecast,
      boolean keepsNodes,
      boolean dividesBatches) {
    this.keepsNodes = keepsNodes;
    this.state = state;
    this.assignment = state.current();
    this.burdens = new ArcBurdens(ranks, forecast);
    this.links =
        new RingLinks(
            ranks, forecast, keepsNodes, dividesBatches ? LARGE_REPLICA : LARGE_UNDIVIDED_REPLICA);
    this.descent = new RingDescent(state, ranks, forecast, burdens);
    this.relinking = new Relinking(state, forecast, burdens);
    this.relay = new LinkRelay(state, forecast, burdens);
    this.scenarios = new ScenarioPeaks(ranks, forecast);
    this.before = new int[ranks.slots()];
    this.built = new int[ranks.slots()];
  }

  /**
   * Returns whether the state's row has a ring or the budget suffices to build one. If not, a
   * search for an even split fits the row better.
   */
  public boolean applies(LayerBudget budget) {
    return !lacksRing() || suffices(budget);
  }

  private boolean suffices(LayerBudget budget) {
    return budget.perLayer() >= assignment.slots() - assignment.experts();
  }

  /**
   * Changes the state's row within a budget.
   *
   * @param aversion the weight of variance
   * @param stops whether to return what has been found
   */
  public void search(double aversion, LayerBudget budget, BooleanSupplier stops) {
    burdens.rebuild(assignment, aversion);
    if (suffices(budget) && lacksRing()) {
      close(aversion, budget);
    }
    int stepsLeft = STEPS_PER_SLOT * assignment.slots();
    boolean improves = true;
    while (improves) {
      improves = false;
      while (stepsLeft > 0 && !stops.getAsBoolean() && relinking.step(budget)) {
        stepsLeft--;
        improves = true;
      }
      while (stepsLeft > 0 && !stops.getAsBoolean() && relay.step(budget)) {
        stepsLeft--;
        improves = true;
      }
      while (stepsLeft > 0 && !stops.getAsBoolean() && descent.step(budget)) {
        stepsLeft--;
        improves = true;
      }
    }
  }

  /** Returns whether a new ring leaves every expert on its node. */
  public boolean keepsNodes() {
    return keepsNodes;
  }

  /** Returns the windows that the forecast thinks possible. */
  public ScenarioPeaks scenarios() {
    return scenarios;
  }

  /** Returns whether few neighbours share an expert in the state's row. */
  boolean lacksRing() {
    int most = Math.min(assignment.ranks(), assignment.slots() - assignment.experts());
    return linkedPairs() < LINKED_SHARE * most;
  }

  /** Closes the ring if the budget allows it and the potential falls. */
  private void close(double aversion, LayerBudget budget) {
    double potential = burdens.potential();
    assignment.copyTo(before);
    if (!links.build(before, built)) {
      return;
    }
    state.restore(built);
    burdens.rebuild(assignment, aversion);
    if (!allows(budget) || burdens.potential() >= potential) {
      state.restore(before);
      burdens.rebuild(assignment, aversion);
    }
  }

  private boolean allows(LayerBudget budget) {
    if (state.transfers().moved() > budget.perLayer()) {
      return false;
    }
    for (int rank = 0; rank < assignment.ranks(); rank++) {
      if (state.transfers().received(rank) > budget.perRank()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of ranks that share an expert with the next one. */
  private int linkedPairs() {
    int pairs = 0;
    for (int rank = 0; rank < assignment.ranks(); rank++) {
      int next = rank + 1 == assignment.ranks() ? 0 : rank + 1;
      for (int slot = assignment.from(rank); slot < assignment.to(rank); slot++) {
        if (assignment.holds(next, assignment.expert(slot))) {
          pairs++;
          break;
        }
      }
    }
    return pairs;
  }
}
