package io.eplb.core.migration;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import java.math.BigInteger;

/**
 * The price of a migration: the bytes that cross from rank to rank or come from the checkpoint, and
 * the time that the links of the ranks take for them. A link sends and receives at full speed at
 * once, also from the checkpoint; copies inside a rank are free.
 */
public final class MigrationPrice {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long expertBytes;

  /**
   * Creates a price list.
   *
   * @param expertBytes the bytes of one expert's weights in one layer, 1 or more
   * @throws InvalidInputException if {@code expertBytes} is out of range
   */
  public MigrationPrice(long expertBytes) {
    if (expertBytes < 1) {
      throw new InvalidInputException("expert bytes is " + expertBytes + "; it must be at least 1");
    }
    this.expertBytes = expertBytes;
  }

  /** Returns the bytes of one expert's weights in one layer. */
  public long expertBytes() {
    return expertBytes;
  }

  /** Returns the bytes of a number of experts; it may exceed the range of a long. */
  public BigInteger bytes(long experts) {
    return BigInteger.valueOf(experts).multiply(BigInteger.valueOf(expertBytes));
  }

  /**
   * Returns the seconds that a plan takes: in each round the time of the busiest rank, for its
   * sends or its receives, the longer of the two.
   *
   * @param linkGbps the speed of a rank's link in each direction in gigabits (10⁹ bits) per second,
   *     more than 0 and finite
   * @throws InvalidInputException if {@code linkGbps} is out of range or the time exceeds the
   *     nanoseconds of a long
   */
  public double seconds(MigrationPlan plan, double linkGbps) {
    return seconds(plan.transfersInTurn(), linkGbps);
  }

  /**
   * Returns the least seconds that a plan takes, in any order of its transfers: the time in which
   * the busiest rank receives the experts moved to it.
   *
   * @param linkGbps as in {@link #seconds}
   * @throws InvalidInputException as in {@link #seconds}
   */
  public double secondsLowerBound(MigrationPlan plan, double linkGbps) {
    return seconds(plan.expertsMovedByRank()[plan.busiestRank()], linkGbps);
  }

  private double seconds(long experts, double linkGbps) {
    if (!(linkGbps > 0 && linkGbps <= Double.MAX_VALUE)) {
      throw new InvalidInputException(
          "link speed is " + linkGbps + " Gbit/s; it must be more than 0 and finite");
    }
    // A gigabit per second is a bit per nanosecond.
    double nanos = experts * (double) expertBytes * Byte.SIZE / linkGbps;
    if (nanos >= Long.MAX_VALUE) {
      throw new InvalidInputException(
          "%s per expert at %s Gbit/s would take more than 292 years; check the bytes and the speed"
              .formatted(Counted.of(expertBytes, "byte"), linkGbps));
    }
    return nanos / NANOS_PER_SECOND;
  }
}
