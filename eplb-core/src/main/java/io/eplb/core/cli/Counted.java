package io.eplb.core.cli;

import java.util.Locale;

/** A number of things in words: {@code 1 layer}, {@code 2,000 layers}. */
final class Counted {
  private Counted() {}

  /** Returns the count with a noun whose plural ends in s. */
  static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}
