package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;

/**
 * The descent of the arcs' potential by exchanges of two experts that have one replica each, so
 * that the ring stays closed.
 *
 * <p>Of each pair of ranks the exchange is listed that comes nearest to the minimum by slope and
 * curvature of the potential; those that promise most ({@link Trials}) are then computed exactly.
 * Load leaves the {@value #HOTTEST} ranks with the greatest slopes only.
 */
final class RingDescent {
  private static final int HOTTEST = 4;
  private static final double LEAST_GAIN = 1e-6;

  private final LayerState state;
  private final Assignment assignment;
  private final LoadForecast forecast;
  private final ArcBurdens burdens;
  private final ArcSlopes slopes;
  private final double[] scratch;

  /** The load of the expert of each slot; not a number if it has several replicas. */
  private final double[] single;

  private final Trials trials = new Trials();

  // The best step so far.
  private double bestValue;
  private int bestFrom;
  private int bestTo;

  RingDescent(LayerState state, LivingRanks ranks, LoadForecast forecast, ArcBurdens burdens) {
    this.state = state;
    this.assignment = state.current();
    this.forecast = forecast;
    this.burdens = burdens;
    this.slopes = new ArcSlopes(ranks.ranks());
    this.scratch = new double[ranks.ranks()];
    this.single = new double[ranks.slots()];
  }

  /** Takes the step with the highest gain per transfer plus one; returns whether there was any. */
  boolean step(LayerBudget budget) {
    bestValue = 0.0;
    bestFrom = -1;
    burdens.slopes(slopes);
    listSwaps();
    for (int i = 0; i < trials.size(); i++) {
      trySwap(trials.slot(i), trials.other(i), budget);
    }
    if (bestFrom < 0) {
      return false;
    }
    apply();
    return true;
  }

  private void listSwaps() {
    trials.clear();
    for (int slot = 0; slot < single.length; slot++) {
      int expert = assignment.expert(slot);
      single[slot] = assignment.replicas(expert) == 1 ? forecast.mean(expert) : Double.NaN;
    }
    double least = slopes.quantile(HOTTEST - 1, scratch);
    for (int from = 0; from < assignment.ranks(); from++) {
      if (slopes.slope(from) < least) {
        continue;
      }
      for (int to = 0; to < assignment.ranks(); to++) {
        if (slopes.slope(to) < slopes.slope(from)) {
          list(from, to);
        }
      }
    }
  }

  /** Lists the most promising exchange between two ranks. */
  private void list(int from, int to) {
    double fall = slopes.slope(from) - slopes.slope(to);
    double bend = slopes.curvature(from) + slopes.curvature(to);
    double wanted = fall / bend;
    int bestOut = -1;
    int bestIn = -1;
    double best = Double.POSITIVE_INFINITY;
    for (int p = assignment.from(from); p < assignment.to(from); p++) {
      double load = single[p] - wanted;
      for (int q = assignment.from(to); q < assignment.to(to); q++) {
        // False if one of them is not a number.
        if (Math.abs(load - single[q]) < best) {
          best = Math.abs(load - single[q]);
          bestOut = p;
          bestIn = q;
        }
      }
    }
    if (bestOut < 0) {
      return;
    }
    double moved = single[bestOut] - single[bestIn];
    trials.offer(bestOut, bestIn, moved * fall - 0.5 * bend * moved * moved);
  }

  private void trySwap(int p, int q, LayerBudget budget) {
    int rank = assignment.rank(p);
    int other = assignment.rank(q);
    int out = assignment.expert(p);
    int in = assignment.expert(q);
    int change = state.transfers().change(rank, out, in);
    int otherChange = state.transfers().change(other, in, out);
    if (!state.transfers().allow(budget, rank, change, other, otherChange)) {
      return;
    }
    burdens.move(assignment, out, rank, other);
    burdens.move(assignment, in, other, rank);
    double gain = -burdens.undo();
    double price = state.transfers().price(rank, out, in) + state.transfers().price(other, in, out);
    double least = burdens.potential() * Math.max(LEAST_GAIN, budget.leastGain() * price);
    double value = gain / (1.0 + Math.max(0.0, price));
    if (gain > least && value > bestValue) {
      bestValue = value;
      bestFrom = p;
      bestTo = q;
    }
  }

  private void apply() {
    int rank = assignment.rank(bestFrom);
    int other = assignment.rank(bestTo);
    burdens.move(assignment, assignment.expert(bestFrom), rank, other);
    burdens.move(assignment, assignment.expert(bestTo), other, rank);
    burdens.keep();
    state.swap(bestFrom, bestTo);
  }
}
