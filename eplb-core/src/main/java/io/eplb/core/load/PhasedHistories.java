package io.eplb.core.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One history per phase, so that the loads of prefill and of decode steps never mix; the one of all
 * steps has both. Used by one thread.
 */
public final class PhasedHistories {
  private final Map<LoadPhase, LoadHistory> histories = new EnumMap<>(LoadPhase.class);

  /**
   * Starts without a window.
   *
   * @param empty makes an empty history, each call another one
   */
  public PhasedHistories(Supplier<LoadHistory> empty) {
    for (LoadPhase phase : LoadPhase.values()) {
      histories.put(phase, empty.get());
    }
  }

  /**
   * Adds the newest window to every history that it belongs to.
   *
   * @param measured the phase of the steps it was measured in; {@link LoadPhase#ALL} if they are
   *     mixed, which tells nothing about either phase alone
   * @param window layers × experts tokens
   */
  public void add(LoadPhase measured, double[] window) {
    histories.forEach(
        (phase, history) -> {
          if (phase.covers(measured)) {
            history.add(window);
          }
        });
  }

  /** Returns the history of a phase. */
  public LoadHistory of(LoadPhase phase) {
    LoadHistory history = histories.get(phase);
    if (history == null) {
      throw new IllegalStateException("there is a history for every phase");
    }
    return history;
  }
}
