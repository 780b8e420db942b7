package io.eplb.server.page;

import java.util.List;
import java.util.stream.Stream;

/** Bounded lists that grow at their end. */
final class Kept {
  private Kept() {}

  /** Returns the list with one entry more, without the oldest ones that are over the limit. */
  static <T> List<T> with(List<T> entries, T newest, int most) {
    return Stream.concat(
            entries.stream().skip(Math.max(0, entries.size() + 1 - most)), Stream.of(newest))
        .toList();
  }
}
