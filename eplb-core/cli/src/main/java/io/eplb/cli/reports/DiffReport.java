package io.eplb.cli.reports;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.migration.MigrationPlan;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code eplb diff} has to say, for people and machines alike.
 *
 * @param old the name of the map in force
 * @param wanted the name of the map to come
 * @param nodes the servers that hold the ranks
 * @param difference what every rank must receive
 * @param plan from where, and in which order
 * @param price what it costs, if the size of an expert is known
 */
public record DiffReport(
    String old,
    String wanted,
    int nodes,
    MapDifference difference,
    MigrationPlan plan,
    Optional<Price> price) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * What the transfers cost.
   *
   * @param expertBytes the size of one expert's weights in one layer
   * @param link the time they take, if the speed of the links is known
   */
  public record Price(long expertBytes, Optional<LinkTime> link) {
    /** Returns the bytes of so many experts, which may be more than a long can count. */
    BigInteger bytes(long experts) {
      return BigInteger.valueOf(experts).multiply(BigInteger.valueOf(expertBytes));
    }
  }

  /**
   * The time that the transfers take.
   *
   * @param gbps what a rank's link carries in each direction, in 10⁹ bits per second
   * @param seconds round by round, one layer after another
   * @param secondsLowerBound what the busiest rank needs to receive its experts, in whatever order
   */
  record LinkTime(double gbps, double seconds, double secondsLowerBound) {}

  /**
   * Prices a plan.
   *
   * @param expertBytes the size of one expert's weights in one layer
   * @param linkGbps the speed of a rank's link in each direction; null if it is not known
   * @throws InvalidInputException if the time is longer than can be counted
   */
  public static Price price(
      MapDifference difference, MigrationPlan plan, long expertBytes, @Nullable Double linkGbps) {
    if (linkGbps == null) {
      return new Price(expertBytes, Optional.empty());
    }
    Duration estimate = plan.estimate(expertBytes, linkGbps);
    if (estimate.equals(Duration.ofNanos(Long.MAX_VALUE))) {
      throw new InvalidInputException(
          "%s per expert at %s Gbit/s would take more than 292 years; check --expert-bytes and --link-gbps"
              .formatted(Counted.of(expertBytes, "byte"), linkGbps));
    }
    double bits = difference.byRank(difference.busiestRank()) * (double) expertBytes * Byte.SIZE;
    // A gigabit per second is a bit per nanosecond.
    return new Price(
        expertBytes,
        Optional.of(
            new LinkTime(
                linkGbps,
                estimate.toNanos() / NANOS_PER_SECOND,
                bits / linkGbps / NANOS_PER_SECOND)));
  }
}
