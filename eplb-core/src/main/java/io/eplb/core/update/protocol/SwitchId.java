package io.eplb.core.update.protocol;

import java.util.Comparator;

/**
 * Names one attempt to switch all ranks to another table, for ever. Later attempts are greater, and
 * so are those of later updates.
 *
 * @param update the update that it belongs to
 * @param attempt counts the attempts of the update
 * @param version the version of the table that it leads to
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
