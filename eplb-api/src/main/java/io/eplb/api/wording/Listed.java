package io.eplb.api.wording;

import java.util.List;
import java.util.stream.Collectors;

/** Several things in words: {@code rank 3}, {@code layers 0, 4}; of a long list the first ten. */
public final class Listed {
  private static final int MOST_NAMED = 10;

  private Listed() {}

  /** Returns the noun, whose plural ends in s, and the numbers: {@code ranks 1, 5, 7}. */
  public static String of(String noun, List<Integer> numbers) {
    return noun + (numbers.size() == 1 ? " " : "s ") + of(numbers);
  }

  /** Returns the things one after another: {@code 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more}. */
  public static String of(List<?> things) {
    return things.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "))
        + (things.size() > MOST_NAMED ? " and " + (things.size() - MOST_NAMED) + " more" : "");
  }
}
