package io.eplb.core.runtime;

import io.eplb.api.LoadPhase;
import io.eplb.core.argument.Require;
import java.util.List;

/**
 * The steps that a rank has ended since its incarnation began.
 *
 * @param incarnation the number of the rank's start
 * @param phases the steps by their phase, each phase at most once
 */
public record RankSteps(long incarnation, List<PhaseSteps> phases) {
  /** Copies the list. */
  public RankSteps {
    phases = List.copyOf(phases);
  }

  /**
   * The steps of one phase.
   *
   * @param phase the phase of the steps; {@link LoadPhase#ALL} if they are mixed
   * @param ended their number, 0 or more
   */
  public record PhaseSteps(LoadPhase phase, long ended) {
    /**
     * Checks the number.
     *
     * @throws io.eplb.api.InvalidInputException if it is negative
     */
    public PhaseSteps {
      Require.inRange("the steps of a rank", ended, 0, Long.MAX_VALUE);
    }
  }

  /** Returns the steps of all phases. */
  long all() {
    return phases.stream().mapToLong(PhaseSteps::ended).sum();
  }

  /** Returns the steps of the phases that one covers. */
  long coveredBy(LoadPhase phase) {
    return phases.stream()
        .filter(steps -> phase.covers(steps.phase()))
        .mapToLong(PhaseSteps::ended)
        .sum();
  }
}
