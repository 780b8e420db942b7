package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.load.SpeedEstimator;

/**
 * The speeds of ranks, measured once per window from the steps' times and the loads that ranks had.
 * Used by one thread; times come from serving threads.
 */
final class MeasuredSpeeds {
  private final StepTimes times;
  private final SpeedEstimator estimator;

  MeasuredSpeeds(StepTimes times, SpeedEstimator estimator) {
    this.times = times;
    this.estimator = estimator;
  }

  /**
   * Takes a window, and returns the ranks with the speeds that are known now.
   *
   * @param table the table in force at its end: the tokens of an expert count as split evenly over
   *     its replicas there
   * @param window layers × experts tokens
   */
  EpRanks measured(EpRanks ranks, ExpertTable table, double[] window) {
    double[] tokens = new double[table.ranks()];
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int rank = 0; rank < tokens.length; rank++) {
        for (int slot = 0; slot < table.slotsPerRank(); slot++) {
          int expert = table.expertAt(layer, rank, slot);
          if (expert != Placement.EMPTY) {
            tokens[rank] +=
                window[layer * table.experts() + expert] / table.replicaCount(layer, expert);
          }
        }
      }
    }
    estimator.add(tokens, times.take());
    return estimator.applyTo(ranks);
  }
}
