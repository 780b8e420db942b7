package io.eplb.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Finds what somebody probably meant: the known name with the least edit distance, if it is near
 * enough.
 */
public final class NearestName {
  private static final int LONGEST = 64;

  private NearestName() {}

  /**
   * Returns the known name nearest to a given one, the first by alphabet if several are; empty if
   * none is within a third of the given one's length, or within one character for a shorter one.
   * Names beyond 64 characters have no neighbour.
   *
   * @throws InvalidInputException if an argument is null
   */
  public static Optional<String> of(String given, Collection<String> known) {
    Require.notNull("the given name", given);
    Require.notNull("the known names", known);
    if (given.length() > LONGEST) {
      return Optional.empty();
    }
    int limit = Math.max(1, given.length() / 3);
    return known.stream()
        .filter(name -> name.length() <= LONGEST && distance(given, name) <= limit)
        .min(
            Comparator.<String>comparingInt(name -> distance(given, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The Levenshtein distance: single-character insertions, deletions and substitutions. */
  private static int distance(String left, String right) {
    int[] above = new int[right.length() + 1];
    for (int column = 0; column <= right.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int diagonal = above[0];
      above[0] = row;
      for (int column = 1; column <= right.length(); column++) {
        int substituted = diagonal + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
        diagonal = above[column];
        above[column] = Math.min(substituted, Math.min(above[column], above[column - 1]) + 1);
      }
    }
    return above[right.length()];
  }
}
