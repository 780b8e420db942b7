package io.eplb.cli.pictures;

import io.eplb.cli.reports.TextReport;
import io.eplb.core.load.LayerIds;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A long series of places, joined so that a drawing and its table stay small. Example: of 1,000
 * places at most 400 are drawn, so 3 each are joined to 334 buckets.
 *
 * @param numbers the number of each place, counted from 0
 * @param places the number of places, 1 or more
 * @param size the number of places in a bucket; the last may have fewer
 */
record Buckets(IntUnaryOperator numbers, int places, int size) {
  private static final int MOST = 400;

  /** Returns the buckets of layers, which have the model's numbers. */
  static Buckets of(LayerIds ids) {
    return of(ids::id, ids.layers());
  }

  /** Returns the buckets of places that are numbered from some number on. */
  static Buckets of(int from, int places) {
    return of(place -> from + place, places);
  }

  private static Buckets of(IntUnaryOperator numbers, int places) {
    return new Buckets(numbers, places, (places + MOST - 1) / MOST);
  }

  /** Returns buckets of one place each, numbered from 0. */
  static Buckets single(int places) {
    return new Buckets(IntUnaryOperator.identity(), places, 1);
  }

  int count() {
    return (places + size - 1) / size;
  }

  /** Returns the number of the first place in a bucket. */
  int number(int bucket) {
    return numbers.applyAsInt(first(bucket));
  }

  /** Returns the first place of a bucket, counted from 0. */
  int first(int bucket) {
    return bucket * size;
  }

  private int end(int bucket) {
    return Math.min(places, (bucket + 1) * size);
  }

  /** Returns the name of a bucket by its places: {@code 7}, or {@code 6–8}. */
  String name(int bucket) {
    return size == 1
        ? String.valueOf(number(bucket))
        : TextReport.text("%d–%d", number(bucket), numbers.applyAsInt(end(bucket) - 1));
  }

  /** Returns the mean of the values in each bucket. */
  double[] means(double[] values) {
    double[] means = new double[count()];
    Arrays.setAll(
        means,
        bucket ->
            Arrays.stream(values, first(bucket), end(bucket)).sum()
                / (end(bucket) - first(bucket)));
    return size == 1 ? values : means;
  }

  /** Returns a sentence about what a point is, for a caption; empty if it is one place. */
  String note(String place) {
    return size == 1 ? "" : TextReport.text(" Each point is the mean of %,d %s.", size, place);
  }
}
