package io.eplb.cli.reports;

import io.eplb.api.InvalidInputException;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.MigrationPrice;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a migration moves, and the time that it takes if the speed of the links is known.
 *
 * @param plan the moves
 * @param price the price of one of them
 * @param time the time of all of them
 */
public record MoveCost(MigrationPlan plan, MigrationPrice price, Optional<LinkTime> time) {
  /**
   * The time that the transfers take.
   *
   * @param gbps the speed of a rank's link in each direction, in 10⁹ bits per second
   * @param seconds the time, round by round and layer by layer
   * @param secondsLowerBound the time of the busiest rank to receive its experts, in any order
   */
  public record LinkTime(double gbps, double seconds, double secondsLowerBound) {}

  /**
   * Returns the cost of a migration; empty if the size of an expert is not known.
   *
   * @param expertBytes the size of one expert's weights in one layer; null if it is not known
   * @param linkGbps the speed of a rank's link in each direction; null if it is not known
   * @throws InvalidInputException if the time is longer than can be counted
   */
  public static Optional<MoveCost> of(
      MigrationPlan plan, @Nullable Long expertBytes, @Nullable Double linkGbps) {
    if (expertBytes == null) {
      return Optional.empty();
    }
    MigrationPrice price = new MigrationPrice(expertBytes);
    return Optional.of(
        new MoveCost(
            plan,
            price,
            Optional.ofNullable(linkGbps)
                .map(
                    gbps ->
                        new LinkTime(
                            gbps,
                            price.seconds(plan, gbps),
                            price.secondsLowerBound(plan, gbps)))));
  }

  /** Returns the bytes of all moves. */
  public BigInteger total() {
    return price.bytes(plan.transfers() + plan.reloads());
  }

  private BigInteger toBusiest() {
    return price.bytes(plan.transfersReceived()[plan.busiestRank()]);
  }

  JsonObject add(JsonObject json) {
    return json.with(
            "bytes",
            new JsonObject()
                .with("perExpert", price.expertBytes())
                .with("total", total())
                .with("busiestRank", toBusiest()))
        .withPresent("linkGbps", time.map(LinkTime::gbps))
        .withPresent("seconds", time.map(LinkTime::seconds))
        .withPresent("secondsLowerBound", time.map(LinkTime::secondsLowerBound));
  }

  void print(TextReport text) {
    text.row("bytes", "%,d in total, %,d to the busiest rank", total(), toBusiest());
    time.ifPresent(
        link -> {
          text.row(
              "time", "%.6f s at %s Gbit/s per rank and direction", link.seconds(), link.gbps());
          text.row("", "no order takes less than %.6f s", link.secondsLowerBound());
        });
  }
}
