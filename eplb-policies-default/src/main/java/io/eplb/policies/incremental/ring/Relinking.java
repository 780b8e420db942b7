package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;

/**
 * The replacement of an expert that two neighbours share by another one of either: for one
 * transfer, load that flows little or fluctuates less makes room for a hot expert. Which neighbours
 * share something stays as it is, so that the ring stays closed.
 *
 * <p>Example: rank 0 holds {a, b} and rank 1 {b, c}. A replica of a in place of b on rank 1 gives
 * {a, b} and {a, c}.
 */
final class Relinking {
  private static final int HOTTEST_PER_RANK = 2;
  private static final double LEAST_GAIN = 1e-5;

  private final LayerState state;
  private final Assignment assignment;
  private final LoadForecast forecast;
  private final ArcBurdens burdens;
  private final int[] hottest;
  private final ArcSlopes slopes;
  private final Trials trials = new Trials();

  private double bestValue;
  private int bestSlot;
  private int bestExpert;

  Relinking(LayerState state, LoadForecast forecast, ArcBurdens burdens) {
    this.state = state;
    this.assignment = state.current();
    this.forecast = forecast;
    this.burdens = burdens;
    this.slopes = new ArcSlopes(assignment.ranks());
    this.hottest = new int[assignment.ranks() * HOTTEST_PER_RANK];
  }

  /** Takes the step with the highest gain per transfer plus one; returns whether there was any. */
  boolean step(LayerBudget budget) {
    bestValue = 0.0;
    bestSlot = -1;
    int ranks = assignment.ranks();
    for (int rank = 0; rank < ranks; rank++) {
      listHottest(rank);
    }
    burdens.slopes(slopes);
    trials.clear();
    for (int slot = 0; slot < assignment.slots(); slot++) {
      if (assignment.replicas(assignment.expert(slot)) > 1) {
        int rank = assignment.rank(slot);
        int before = rank == 0 ? ranks - 1 : rank - 1;
        int after = rank == ranks - 1 ? 0 : rank + 1;
        list(slot, before, slopes.ending(before));
        list(slot, after, slopes.starting(after));
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      tryReplica(trials.slot(i), trials.other(i), budget);
    }
    if (bestSlot < 0) {
      return false;
    }
    int rank = assignment.rank(bestSlot);
    burdens.move(assignment, assignment.expert(bestSlot), rank, -1);
    burdens.move(assignment, bestExpert, -1, rank);
    burdens.keep();
    state.replicate(bestSlot, -1, bestExpert);
    return true;
  }

  private void listHottest(int rank) {
    int first = rank * HOTTEST_PER_RANK;
    for (int k = first; k < first + HOTTEST_PER_RANK; k++) {
      hottest[k] = -1;
    }
    for (int slot = assignment.from(rank); slot < assignment.to(rank); slot++) {
      int expert = assignment.expert(slot);
      if (assignment.replicas(expert) > 1) {
        continue;
      }
      for (int k = first; k < first + HOTTEST_PER_RANK; k++) {
        if (hottest[k] < 0 || forecast.mean(expert) > forecast.mean(hottest[k])) {
          int colder = hottest[k];
          hottest[k] = expert;
          expert = colder;
          if (expert < 0) {
            break;
          }
        }
      }
    }
  }

  /** Lists the replacements of a replica by the hottest experts of a neighbour that shares it. */
  private void list(int slot, int neighbour, double slope) {
    int rank = assignment.rank(slot);
    int donor = assignment.expert(slot);
    if (!assignment.holds(neighbour, donor)) {
      return;
    }
    for (int k = 0; k < HOTTEST_PER_RANK; k++) {
      int expert = hottest[neighbour * HOTTEST_PER_RANK + k];
      if (expert >= 0 && !assignment.holds(rank, expert)) {
        trials.offer(slot, expert, slope * (forecast.mean(expert) - forecast.mean(donor)));
      }
    }
  }

  private void tryReplica(int slot, int expert, LayerBudget budget) {
    int rank = assignment.rank(slot);
    int donor = assignment.expert(slot);
    int change = state.transfers().change(rank, donor, expert);
    if (!state.transfers().allow(budget, rank, change)) {
      return;
    }
    burdens.move(assignment, donor, rank, -1);
    burdens.move(assignment, expert, -1, rank);
    double gain = -burdens.undo();
    double price = state.transfers().price(rank, donor, expert);
    double value = gain / (1.0 + Math.max(0.0, price));
    double least = burdens.potential() * Math.max(LEAST_GAIN, budget.leastGain() * price);
    if (gain > least && value > bestValue) {
      bestValue = value;
      bestSlot = slot;
      bestExpert = expert;
    }
  }
}
