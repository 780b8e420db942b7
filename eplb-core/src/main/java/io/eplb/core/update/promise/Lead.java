package io.eplb.core.update.promise;

/**
 * The number of steps between the fastest rank and the fence of a switch. It covers the time that
 * the ranks need to promise, the record to decide, and the outcome to arrive, by what earlier
 * requests have taken, times a factor. The factor doubles when a rank has come to its fence too
 * early. Belongs to the updater's timeline. Example: 5 ms per step, requests of 10 ms, a decision
 * of 8 ms, factor 2:
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

  private double stepsPerNano;
  private double requestNanos;
  private double decisionNanos;
  private double factor = LEAST_FACTOR;
  private long lastStep = -1;
  private long lastTime;

  /** Notes the next step of the fastest rank at a time. */
  void step(long fastest, long now) {
    if (lastStep >= 0 && now > lastTime) {
      stepsPerNano =
          estimate(stepsPerNano, Math.max(0, fastest - lastStep) / (double) (now - lastTime));
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
    double nanos = factor * (2 * requestNanos + decisionNanos);
    return MIN_STEPS + (long) Math.ceil(nanos * stepsPerNano);
  }
}
