package io.eplb.core.advice;

import java.util.Optional;

/**
 * The advice on a recording.
 *
 * @param question the question
 * @param verdict whether balancing pays, and why
 * @param before the group as it serves now, without any plan; empty if the recording gives no
 *     answer
 * @param findings what to choose, with its figures; empty if that was not searched, as the
 *     recording alone decides
 */
public record Advice(
    Question question, Verdict verdict, Optional<Trial> before, Optional<Findings> findings) {
  /** The least PAR on the next window ÷ PAR on the own window from which the load shifts. */
  private static final double SHIFTS_FROM = 1.05;

  /**
   * Returns whether the load changes so much from window to window that a plan for each is outdated
   * at once.
   */
  public boolean shifts() {
    return findings
        .map(found -> found.intervals().get(0))
        .filter(trial -> trial.par() >= SHIFTS_FROM * trial.parSame())
        .isPresent();
  }
}
