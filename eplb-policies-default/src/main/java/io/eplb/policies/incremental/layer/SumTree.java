package io.eplb.policies.incremental.layer;

/**
 * The sum of values that change one at a time, as a tree of partial sums: a change costs the
 * logarithm of their number, and a value that was large before leaves no rounding error, unlike in
 * a running sum.
 */
final class SumTree {
  private final int leaves;
  private final double[] sums;

  SumTree(int values) {
    this.leaves = values;
    this.sums = new double[2 * values];
  }

  /** Sets all values. */
  void rebuild(double[] values) {
    System.arraycopy(values, 0, sums, leaves, leaves);
    for (int node = leaves - 1; node > 0; node--) {
      sums[node] = sums[2 * node] + sums[2 * node + 1];
    }
  }

  /** Sets one value. */
  void set(int index, double value) {
    int node = leaves + index;
    sums[node] = value;
    while (node > 1) {
      node >>= 1;
      sums[node] = sums[2 * node] + sums[2 * node + 1];
    }
  }

  /** Returns the sum of all values. */
  double total() {
    return sums[1];
  }
}
