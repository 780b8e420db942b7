package io.eplb.policies.incremental.ring;

import java.util.Arrays;

/**
 * The first and second derivatives of the arcs' potential by the load confined to one rank, and how
 * much of the first is due to arcs that end or start at the rank: load that flows to the neighbour
 * beyond relieves exactly these.
 */
final class ArcSlopes {
  private final double[] slope;
  private final double[] curvature;
  private final double[] starting;
  private final double[] ending;

  // The arcs being added: their start, the end of the next, and the sums of those so far.
  private int start;
  private int last;
  private double sum;
  private double bend;

  ArcSlopes(int ranks) {
    this.slope = new double[ranks];
    this.curvature = new double[ranks];
    this.starting = new double[ranks];
    this.ending = new double[ranks];
  }

  void clear() {
    Arrays.fill(slope, 0.0);
    Arrays.fill(curvature, 0.0);
    Arrays.fill(starting, 0.0);
    Arrays.fill(ending, 0.0);
  }

  /** Begins with the arcs that start at a rank, the longest first. */
  void start(int rank, int lastOfLongest) {
    start = rank;
    last = lastOfLongest;
    sum = 0.0;
    bend = 0.0;
  }

  /**
   * Adds the derivatives of the next arc, which ends one rank before the one added before. All arcs
   * added since the start include its last rank.
   */
  void addShorter(double first, double second) {
    sum += first;
    bend += second;
    starting[start] += first;
    ending[last] += first;
    slope[last] += sum;
    curvature[last] += bend;
    last = last == 0 ? slope.length - 1 : last - 1;
  }

  double slope(int rank) {
    return slope[rank];
  }

  double curvature(int rank) {
    return curvature[rank];
  }

  /** Returns the part of the slope that is due to arcs with the rank at their start. */
  double starting(int rank) {
    return starting[rank];
  }

  /** Returns the part of the slope that is due to arcs with the rank at their end. */
  double ending(int rank) {
    return ending[rank];
  }

  /**
   * Returns the slope by load that two ranks share: that of the arcs with both if they are
   * neighbours, else half of each.
   */
  double shared(int rank, int other) {
    if (other == after(rank)) {
      return slope[rank] - ending[rank];
    }
    if (rank == after(other)) {
      return slope[other] - ending[other];
    }
    return 0.5 * (slope[rank] + slope[other]);
  }

  private int after(int rank) {
    return rank == slope.length - 1 ? 0 : rank + 1;
  }

  /** Returns the slope of a rank by its place among falling slopes. */
  double quantile(int place, double[] scratch) {
    System.arraycopy(slope, 0, scratch, 0, slope.length);
    Arrays.sort(scratch);
    return scratch[Math.max(0, scratch.length - 1 - place)];
  }
}
