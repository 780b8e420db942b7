package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The time that ranks have computed, added up. Called by serving threads: one uncontended addition,
 * no lock, no allocation.
 */
final class StepTimes {
  /** The longest time of a step. */
  static final long MOST_NANOS = Duration.ofHours(1).toNanos();

  private static final double NANOS_PER_SECOND = 1e9;

  /** Longs between two ranks: two cache lines, since processors fetch them in pairs. */
  private static final int STRIDE = 16;

  private final int ranks;
  private final AtomicLongArray nanos;

  StepTimes(int ranks) {
    this.ranks = ranks;
    this.nanos = new AtomicLongArray(Math.multiplyExact(ranks + 2, STRIDE));
  }

  /** Checks the time of a step. */
  static void requireInRange(int rank, long stepNanos) {
    if (stepNanos < 1 || stepNanos > MOST_NANOS) {
      throw new InvalidInputException(
          "rank %d computed %d ns in a step; it must be between 1 ns and 1 h"
              .formatted(rank, stepNanos));
    }
  }

  /** Adds the time of a step. */
  void add(int rank, long stepNanos) {
    nanos.getAndAdd((rank + 1) * STRIDE, stepNanos);
  }

  /** Returns the seconds of each rank since the last call, and starts over. */
  double[] take() {
    double[] seconds = new double[ranks];
    for (int rank = 0; rank < ranks; rank++) {
      seconds[rank] = nanos.getAndSet((rank + 1) * STRIDE, 0) / NANOS_PER_SECOND;
    }
    return seconds;
  }
}
