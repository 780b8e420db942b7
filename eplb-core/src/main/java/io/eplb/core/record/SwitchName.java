package io.eplb.core.record;

import io.eplb.core.argument.Require;
import java.util.Comparator;

/**
 * The unique name of one attempt to switch all ranks to a table with new rows. Names of a later
 * planner are greater, and so are later names of one planner.
 *
 * @param epoch the epoch of the planner, 1 or more
 * @param number the number of the switch within the epoch, 1 or more
 */
public record SwitchName(long epoch, long number) implements Comparable<SwitchName> {
  private static final Comparator<SwitchName> ORDER =
      Comparator.comparingLong(SwitchName::epoch).thenComparingLong(SwitchName::number);

  /**
   * Creates a name.
   *
   * @throws io.eplb.api.InvalidInputException if a number is out of range
   */
  public SwitchName {
    Require.inRange("the epoch", epoch, 1, Long.MAX_VALUE);
    Require.inRange("the number of a switch", number, 1, Long.MAX_VALUE);
  }

  @Override
  public int compareTo(SwitchName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "switch %d of epoch %d".formatted(number, epoch);
  }
}
