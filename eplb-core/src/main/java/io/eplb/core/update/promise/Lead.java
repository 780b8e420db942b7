package io.eplb.core.update.promise;

import java.time.Duration;

/**
 * The number of steps between the fastest rank and the fence of a switch. It covers the time that
 * the ranks need to promise, the record to decide, and the outcome to arrive, by what earlier
 * requests have taken, times a factor. The factor doubles when a rank has come to its fence too
 * early. The time has a limit: a fence in the far future would keep the buffers of its layers.
 * Belongs to the updater's timeline. Example: 5 ms per step, requests of 10 ms, a decision of 8 ms,
 * factor 2:
 *
 * <pre>
 *   2 × (2 × 10 ms + 8 ms) ÷ 5 ms = 11.2 → 13 steps ahead of the fastest rank
 * </pre>
 */
final class Lead {
  private static final double LEAST_FACTOR = 2;
  private static final double MOST_FACTOR = 256;

  /** The share of a new, shorter time in the next estimate; a longer one counts at once. */
  private static final double SHARE = 0.25;

  private static final long MIN_STEPS = 2;

  /** The least time between two looks at the steps, in requests; their answers are so inexact. */
  private static final double LEAST_REQUESTS = 4;

  /**
   * The most that the pace grows from one look to the next. A rank that restarts leaps to the fence
   * in force, which is no pace.
   */
  private static final double MOST_GROWTH = 2;

  private final double longestNanos;

  private double stepsPerNano;
  private double requestNanos;
  private double decisionNanos;
  private double factor = LEAST_FACTOR;
  private long lastStep = -1;
  private long lastTime;

  /**
   * Creates a lead.
   *
   * @param longest the most time between the fastest rank and the fence
   */
  Lead(Duration longest) {
    this.longestNanos = longest.toNanos();
  }

  /** Notes the next step of the fastest rank at a time. */
  void step(long fastest, long now) {
    long passed = now - lastTime;
    if (lastStep >= 0) {
      if (passed <= 0 || (stepsPerNano > 0 && passed < LEAST_REQUESTS * requestNanos)) {
        return;
      }
      // The step before may be as old as the request that it answered.
      double measured = Math.max(0, fastest - lastStep) / Math.max((double) passed, requestNanos);
      stepsPerNano =
          stepsPerNano == 0
              ? measured
              : Math.min(estimate(stepsPerNano, measured), MOST_GROWTH * stepsPerNano);
    }
    lastStep = fastest;
    lastTime = now;
  }

  /** Notes the time between a request to all ranks and the last answer. */
  void request(long nanos) {
    requestNanos = estimate(requestNanos, (double) nanos);
  }

  /** Notes the time that the record took for a request. */
  void decision(long nanos) {
    decisionNanos = estimate(decisionNanos, (double) nanos);
  }

  private static double estimate(double known, double measured) {
    return measured >= known ? measured : known + SHARE * (measured - known);
  }

  /** Notes that a rank came to the fence before it knew the outcome. */
  void tooShort() {
    factor = Math.min(MOST_FACTOR, 2 * factor);
  }

  /** Notes that no rank did. */
  void longEnough() {
    factor = Math.max(LEAST_FACTOR, factor / 2);
  }

  /** Returns the number of steps, {@value #MIN_STEPS} or more. */
  long steps() {
    double nanos = Math.min(longestNanos, factor * (2 * requestNanos + decisionNanos));
    return MIN_STEPS + (long) Math.ceil(nanos * stepsPerNano);
  }
}
