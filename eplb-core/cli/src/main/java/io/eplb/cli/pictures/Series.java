package io.eplb.cli.pictures;

import java.util.Arrays;

/**
 * A line of a chart.
 *
 * @param key its letter, or a short name for where there is little room
 * @param name its name
 * @param marker its looks
 * @param values at least one, each finite
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
record Series(String key, String name, Marker marker, double[] values) {
  /** Returns the letter of a line: A for 0, Z for 25, A1 for 26. */
  static String letter(int index) {
    return (char) ('A' + index % 26) + (index < 26 ? "" : String.valueOf(index / 26));
  }

  /** Returns whether its key is a letter, which stands before its name. */
  boolean lettered() {
    return Character.isUpperCase(key.charAt(0));
  }

  /** Returns this line with the means of buckets for its values. */
  Series in(Buckets buckets) {
    return new Series(key, name, marker, buckets.means(values));
  }

  /** Returns this line with its values in descending order. */
  Series descending() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (int low = 0, high = sorted.length - 1; low < high; low++, high--) {
      double value = sorted[low];
      sorted[low] = sorted[high];
      sorted[high] = value;
    }
    return new Series(key, name, marker, sorted);
  }

  double least() {
    return Arrays.stream(values).min().orElse(0.0);
  }

  double greatest() {
    return Arrays.stream(values).max().orElse(0.0);
  }
}
