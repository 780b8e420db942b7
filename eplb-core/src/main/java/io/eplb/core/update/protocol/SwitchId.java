package io.eplb.core.update.protocol;

import java.util.Comparator;

/**
 * The unique name of one attempt to switch all ranks to another table. Later attempts are greater,
 * and so are those of later updates.
 *
 * @param update the number of its update
 * @param attempt the number of the attempt within the update, from 1
 * @param version the version of the new table
 */
public record SwitchId(long update, int attempt, long version) implements Comparable<SwitchId> {
  private static final Comparator<SwitchId> ORDER =
      Comparator.comparingLong(SwitchId::update).thenComparingInt(SwitchId::attempt);

  @Override
  public int compareTo(SwitchId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "switch %d of update %d to version %d".formatted(attempt, update, version);
  }
}
