package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;
import io.eplb.core.context.EplbContext;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadPhase;
import io.eplb.core.load.LoadSeries;
import java.util.List;

/**
 * Turns what an engine has measured since the last time into one window of expert loads, and the
 * windows so far into an estimate. Used by one thread at a time.
 *
 * <p>Tokens of one interval were served under several tables, since layers switch one by one; each
 * load is decoded with the table that it was measured under, and all of the phase that counts are
 * added up.
 */
final class LoadCollection {
  private final LoadSource source;
  private final EplbContext context;
  private final LoadPhase phase;
  private final LoadHistory history;

  LoadCollection(LoadSource source, EplbContext context, LoadPhase phase, LoadHistory history) {
    this.source = source;
    this.context = context;
    this.phase = phase;
    this.history = history;
  }

  /**
   * Takes one window from the engine.
   *
   * @return whether there is anything to plan for: a token of the phase that counts in this window
   * @throws InvalidInputException if a load was measured under a table that is not known, has
   *     another shape, or is out of range; nothing of this window is taken then
   */
  boolean collect() throws InterruptedException {
    List<MeasuredLoad> measured = source.collect();
    double[] window = null;
    for (MeasuredLoad load : measured) {
      double[] decoded = context.expertLoads(load.workload());
      if (!phase.covers(load.phase())) {
        continue;
      }
      if (window == null) {
        window = decoded;
      } else {
        for (int expert = 0; expert < window.length; expert++) {
          window[expert] += decoded[expert];
        }
      }
    }
    if (window == null || idle(window)) {
      return false;
    }
    history.add(window);
    return true;
  }

  private static boolean idle(double[] window) {
    for (double tokens : window) {
      if (tokens != 0.0) {
        return false;
      }
    }
    return true;
  }

  /** Returns what is expected over the next interval. */
  LoadSeries estimate() {
    return history.series();
  }
}
