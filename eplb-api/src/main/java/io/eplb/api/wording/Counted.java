package io.eplb.api.wording;

import java.util.Locale;

/** A number of things in words: {@code 1 layer}, {@code 2000 layers}. */
public final class Counted {
  private Counted() {}

  /** Returns the count as it would be typed, with a noun whose plural ends in s. */
  public static String of(long count, String noun) {
    return count + " " + numbered(count, noun);
  }

  /** Returns the count for people, {@code 2,000 layers}, with a noun whose plural ends in s. */
  public static String grouped(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s", count, numbered(count, noun));
  }

  private static String numbered(long count, String noun) {
    return count == 1 ? noun : noun + "s";
  }
}
