package io.eplb.core.runtime;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Ends the rebalancing after too many failed cycles in a row. Once open it stays open, since such a
 * fault needs a person. Used by one thread.
 */
final class CircuitBreaker {
  private final int limit;
  private final Predicate<CycleOutcome> failure;
  private int failures;
  private @Nullable String whyOpen;

  /**
   * Creates a closed breaker.
   *
   * @param limit the failures in a row at which it opens, 1 or more
   * @param failure the outcomes that count as failures
   */
  CircuitBreaker(int limit, Predicate<CycleOutcome> failure) {
    this.limit = limit;
    this.failure = failure;
  }

  /** Counts a cycle; returns whether the breaker has just opened. */
  boolean noted(CycleOutcome outcome, String reason) {
    if (outcome.success()) {
      failures = 0;
    } else if (failure.test(outcome)) {
      failures++;
      if (failures >= limit) {
        return open(failures + " cycles in a row have failed; the last one: " + reason);
      }
    }
    return false;
  }

  /** Opens at the first failure of this kind; returns whether it was closed. */
  boolean open(String reason) {
    if (whyOpen != null) {
      return false;
    }
    whyOpen = reason;
    return true;
  }

  /** Returns the failed cycles since the last success. */
  int failures() {
    return failures;
  }

  /** Returns the reason why it is open; null while it is closed. */
  @Nullable String whyOpen() {
    return whyOpen;
  }
}
