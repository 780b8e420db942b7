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

  /** Adds one arc. */
  void add(int start, int end, double first, double second) {
    starting[start] += first;
    ending[end] += first;
    int rank = start;
    while (true) {
      slope[rank] += first;
      curvature[rank] += second;
      if (rank == end) {
        return;
      }
      rank = after(rank);
    }
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
