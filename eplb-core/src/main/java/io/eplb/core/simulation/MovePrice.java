package io.eplb.core.simulation;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.migration.MigrationLimits;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.MigrationPrice;

/**
 * The price of a plan's moves: the time that they take on the links of the ranks, layer by layer.
 * Serving is taken to stand still meanwhile, which is the most that moves can cost.
 *
 * @param expertBytes the size of one expert's weights in one layer, 1 or more
 * @param linkGbps the speed of a rank's link in each direction, in 10⁹ bits per second
 */
public record MovePrice(long expertBytes, double linkGbps) {
  private static final double MICROS_PER_SECOND = 1e6;

  /**
   * Creates a price.
   *
   * @throws InvalidInputException if the size is below 1, or the speed is not above 0 and finite
   */
  public MovePrice {
    if (expertBytes < 1 || !(linkGbps > 0.0 && linkGbps <= Double.MAX_VALUE)) {
      throw new InvalidInputException(
          "%s bytes at %s Gbit/s have no price; the size must be 1 or more, the speed above 0"
              .formatted(expertBytes, linkGbps));
    }
  }

  /** Returns the microseconds that it takes to get from one table to another. */
  double micros(ExpertTable before, ExpertTable after, EpTopology topology) {
    if (before.equals(after)) {
      return 0.0;
    }
    MigrationPlan plan = MigrationPlan.of(before, after, topology, MigrationLimits.DEFAULT);
    return new MigrationPrice(expertBytes).seconds(plan, linkGbps) * MICROS_PER_SECOND;
  }
}
