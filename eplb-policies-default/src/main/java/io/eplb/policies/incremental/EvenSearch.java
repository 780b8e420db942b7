package io.eplb.policies.incremental;

import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.RankBurdens;
import io.eplb.policies.incremental.step.Descent;
import io.eplb.policies.incremental.step.ReplicaLeveling;
import java.util.function.BooleanSupplier;

/**
 * The moves of one layer for an even split: replicas first, then descent; then splits that are
 * forced, each with a descent, as long as they pay. A phase whose gain is not worth its moves is
 * taken back.
 */
final class EvenSearch {
  /**
   * The most steps per slot of a descent: a limit far above any real descent, which ends since
   * every step lowers the potential.
   */
  private static final int STEPS_PER_SLOT = 4;

  private static final int MOST_SPLIT_ROUNDS = 16;
  private static final int MOVES_OF_A_SPLIT_ROUND = 4;

  /**
   * The least relative distance of the potential from its lower bound at which splits are tried.
   */
  private static final double WORTH_A_SPLIT = 0.001;

  private static final double LEAST_GAIN_OF_A_SPLIT = 1e-4;

  private final LayerState state;
  private final Assignment assignment;
  private final RankBurdens burdens;
  private final ReplicaLeveling leveling;
  private final Descent descent;
  private final boolean swapsFirst;
  private final BooleanSupplier stops;
  private final int[] saved;

  /**
   * Creates the search on a state.
   *
   * @param forecast the one that the state reads
   * @param swapsFirst whether an unsettled layer takes swaps before replications
   * @param stops whether to return what has been found
   */
  EvenSearch(LayerState state, LoadForecast forecast, boolean swapsFirst, BooleanSupplier stops) {
    this.state = state;
    this.assignment = state.current();
    this.burdens = state.burdens();
    this.leveling = new ReplicaLeveling(state, forecast);
    this.descent = new Descent(state);
    this.swapsFirst = swapsFirst;
    this.stops = stops;
    this.saved = new int[assignment.slots()];
  }

  /** Moves replicas and descends, or descends alone if that is not worth its moves. */
  void search(boolean isUnsettled, LayerBudget budget) {
    if (!levelAndDescend(isUnsettled, budget)) {
      descend(budget);
    }
  }

  private boolean levelAndDescend(boolean isUnsettled, LayerBudget budget) {
    double before = burdens.potential();
    int movedBefore = state.transfers().moved();
    assignment.copyTo(saved);
    int most = PlanSettings.mostReplicas(isUnsettled, budget);
    if (leveling.level(budget, most, PlanSettings.replicaMargin(isUnsettled)) == 0) {
      return false;
    }
    descent.swapFirst(isUnsettled && swapsFirst);
    descend(budget);
    descent.swapFirst(false);
    return keepIfPaid(before, movedBefore, 0.0, budget);
  }

  /** Forces splits: first one, then more in a row while there is no gain. */
  void split(LayerBudget budget, int mostInARow) {
    int splits = 1;
    for (int round = 0; round < MOST_SPLIT_ROUNDS && splits <= mostInARow; round++) {
      if (budget.perLayer() - state.transfers().moved() < MOVES_OF_A_SPLIT_ROUND
          || burdens.potential() < burdens.leastPotential() * (1.0 + WORTH_A_SPLIT)) {
        break;
      }
      splits = splitAndDescend(splits, budget) ? 1 : splits + 1;
    }
  }

  /**
   * Splits the largest replica of the hottest rank several times in a row, even though the
   * potential rises, and then descends. Returns whether the gain is worth the moves.
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

  /** Takes the best steps until none is worth its price. */
  void descend(LayerBudget budget) {
    descendWhile(() -> true, budget);
  }

  /** Takes the best steps while a condition holds and one is worth its price. */
  void descendWhile(BooleanSupplier condition, LayerBudget budget) {
    int stepsLeft = STEPS_PER_SLOT * assignment.slots();
    while (stepsLeft > 0
        && condition.getAsBoolean()
        && !stops.getAsBoolean()
        && descent.step(budget)) {
      stepsLeft--;
    }
  }
}
