package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;

/**
 * The replacement of an expert that two ranks share by a hot one from a third rank, which takes the
 * former: three transfers at most. So the shared experts stay the hot ones while traffic drifts.
 *
 * <p>Example: the ranks 0 and 1 hold {a, x} and {x, b}, rank 2 holds {h, c}. Then they hold {a, h},
 * {h, b} and {x, c}.
 */
final class LinkRelay {
  private static final int HOTTEST = 6;
  private static final double LEAST_GAIN = 1e-5;

  private final LayerState state;
  private final Assignment assignment;
  private final LoadForecast forecast;
  private final ArcBurdens burdens;
  private final ArcSlopes slopes;
  private final int[] hottest = new int[HOTTEST];
  private final Trials trials = new Trials();

  private double bestValue;
  private int bestSlot;
  private int bestHot;

  LinkRelay(LayerState state, LoadForecast forecast, ArcBurdens burdens) {
    this.state = state;
    this.assignment = state.current();
    this.forecast = forecast;
    this.burdens = burdens;
    this.slopes = new ArcSlopes(assignment.ranks());
  }

  /** Takes the step with the highest gain per transfer plus one; returns whether there was any. */
  boolean step(LayerBudget budget) {
    bestValue = 0.0;
    bestSlot = -1;
    int hot = listHottest();
    burdens.slopes(slopes);
    trials.clear();
    for (int slot = 0; slot < assignment.slots(); slot++) {
      int shared = assignment.expert(slot);
      if (assignment.replicas(shared) == 2 && assignment.firstSlot(shared) == slot) {
        list(slot, hot);
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      tryRelay(trials.slot(i), trials.other(i), budget);
    }
    if (bestSlot < 0) {
      return false;
    }
    int other = assignment.nextSlot(bestSlot);
    int hotSlot = assignment.firstSlot(bestHot);
    move(bestSlot, bestHot);
    burdens.keep();
    state.swap(bestSlot, hotSlot);
    state.replicate(other, -1, bestHot);
    return true;
  }

  /** Lists the hottest experts with one replica, by falling load. */
  private int listHottest() {
    int hot = 0;
    for (int expert = 0; expert < assignment.experts(); expert++) {
      double load = forecast.mean(expert);
      if (assignment.replicas(expert) > 1
          || (hot == HOTTEST && load <= forecast.mean(hottest[hot - 1]))) {
        continue;
      }
      int at = hot < HOTTEST ? hot++ : HOTTEST - 1;
      while (at > 0 && forecast.mean(hottest[at - 1]) < load) {
        hottest[at] = hottest[at - 1];
        at--;
      }
      hottest[at] = expert;
    }
    return hot;
  }

  private void list(int slot, int hot) {
    int rank = assignment.rank(slot);
    int other = assignment.rank(assignment.nextSlot(slot));
    double slope = slopes.shared(rank, other);
    double load = forecast.mean(assignment.expert(slot));
    for (int i = 0; i < hot; i++) {
      int source = assignment.rank(assignment.firstSlot(hottest[i]));
      double relief = slopes.slope(source) - slope;
      if (source != rank && source != other) {
        trials.offer(slot, hottest[i], relief * (forecast.mean(hottest[i]) - load));
      }
    }
  }

  private void tryRelay(int slot, int hot, LayerBudget budget) {
    int other = assignment.nextSlot(slot);
    int source = assignment.rank(assignment.firstSlot(hot));
    int shared = assignment.expert(slot);
    int rank = assignment.rank(slot);
    int otherRank = assignment.rank(other);
    int change = state.transfers().change(rank, shared, hot);
    int otherChange = state.transfers().change(otherRank, shared, hot);
    int sourceChange = state.transfers().change(source, hot, shared);
    if (!state.transfers().allow(budget, rank, change, otherRank, otherChange + sourceChange)
        || !state.transfers().allow(budget, otherRank, otherChange)
        || !state.transfers().allow(budget, source, sourceChange)) {
      return;
    }
    move(slot, hot);
    double gain = -burdens.undo();
    double price =
        state.transfers().price(rank, shared, hot)
            + state.transfers().price(otherRank, shared, hot)
            + state.transfers().price(source, hot, shared);
    double value = gain / (1.0 + Math.max(0.0, price));
    double least = burdens.potential() * Math.max(LEAST_GAIN, budget.leastGain() * price);
    if (gain > least && value > bestValue) {
      bestValue = value;
      bestSlot = slot;
      bestHot = hot;
    }
  }

  private void move(int slot, int hot) {
    int shared = assignment.expert(slot);
    int rank = assignment.rank(slot);
    int other = assignment.rank(assignment.nextSlot(slot));
    int source = assignment.rank(assignment.firstSlot(hot));
    burdens.move(assignment, shared, rank, other, source, -1);
    burdens.move(assignment, hot, source, -1, rank, other);
  }
}
