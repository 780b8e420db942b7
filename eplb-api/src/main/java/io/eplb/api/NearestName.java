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

  /**
   * The Damerau–Levenshtein distance (optimal string alignment): insertions, deletions and
   * substitutions of a character and swaps of neighbours.
   */
  private static int distance(String left, String right) {
    int columns = right.length() + 1;
    int[][] distance = new int[left.length() + 1][columns];
    for (int column = 0; column < columns; column++) {
      distance[0][column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      distance[row][0] = row;
      for (int column = 1; column < columns; column++) {
        char above = left.charAt(row - 1);
        char beside = right.charAt(column - 1);
        int best = distance[row - 1][column - 1] + (above == beside ? 0 : 1);
        best = Math.min(best, distance[row - 1][column] + 1);
        best = Math.min(best, distance[row][column - 1] + 1);
        if (row > 1
            && column > 1
            && above == right.charAt(column - 2)
            && beside == left.charAt(row - 2)) {
          best = Math.min(best, distance[row - 2][column - 2] + 1);
        }
        distance[row][column] = best;
      }
    }
    return distance[left.length()][right.length()];
  }
}
