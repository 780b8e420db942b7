package io.eplb.policies.kernel;

import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * Counts, peaks and checks of a layer's row: the expert in each physical slot, rank by rank, or
 * {@link Placement#EMPTY}.
 */
public final class LayerRow {
  private LayerRow() {}

  /**
   * Counts the replicas of each expert.
   *
   * @param counts result, by expert
   */
  public static void countReplicas(int[] row, int[] counts) {
    Arrays.fill(counts, 0);
    for (int slot = 0; slot < row.length; slot++) {
      int expert = row[slot];
      if (expert != Placement.EMPTY) {
        counts[expert]++;
      }
    }
  }

  /**
   * Returns the load of the hottest rank, each rank's summed over its slots in order.
   *
   * @param loads by expert
   * @param slots slots of one rank
   * @param counts result: replicas by expert
   * @param shares result: load per replica by expert
   */
  public static double peak(int[] row, double[] loads, int slots, int[] counts, double[] shares) {
    countReplicas(row, counts);
    for (int expert = 0; expert < loads.length; expert++) {
      shares[expert] = loads[expert] / counts[expert];
    }
    double peak = 0.0;
    for (int first = 0; first < row.length; first += slots) {
      double load = 0.0;
      for (int slot = first; slot < first + slots; slot++) {
        load += shares[row[slot]];
      }
      peak = Math.max(peak, load);
    }
    return peak;
  }

  /**
   * Returns the greatest load ÷ speed of a rank, each rank's load summed over its slots in order.
   * On nominal ranks it equals the peak of the other method bit for bit.
   *
   * @param loads by expert
   * @param counts result: replicas by expert, each 1 or more
   * @param shares result: load per replica by expert
   */
  public static double peak(
      int[] row, double[] loads, RankCapacity capacity, int[] counts, double[] shares) {
    countReplicas(row, counts);
    for (int expert = 0; expert < loads.length; expert++) {
      shares[expert] = loads[expert] / counts[expert];
    }
    double peak = 0.0;
    for (int rank = 0; rank < capacity.ranks; rank++) {
      double load = 0.0;
      int end = capacity.end(rank);
      for (int slot = rank * capacity.slots; slot < end; slot++) {
        load += shares[row[slot]];
      }
      peak = Math.max(peak, load * capacity.slowness[rank]);
    }
    return peak;
  }

  /** Returns the rank with the largest load, the lowest of equal ones. */
  public static int hottestRank(double[] rankLoads) {
    int hottest = 0;
    for (int rank = 1; rank < rankLoads.length; rank++) {
      if (rankLoads[rank] > rankLoads[hottest]) {
        hottest = rank;
      }
    }
    return hottest;
  }

  /** Returns whether one of the slots {@code [from, to)} holds an expert. */
  public static boolean holds(int[] row, int from, int to, int expert) {
    for (int slot = from; slot < to; slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether a rank holds an expert twice. No slot is EMPTY.
   *
   * @param from the first slot of the first rank to look at
   * @param to the end of the last one
   * @param slots slots of one rank
   * @param stamps scratch by expert
   */
  public static boolean hasDuplicate(int[] row, int from, int to, int slots, int[] stamps) {
    Arrays.fill(stamps, -1);
    for (int first = from; first < to; first += slots) {
      for (int slot = first; slot < first + slots; slot++) {
        if (stamps[row[slot]] == first) {
          return true;
        }
        stamps[row[slot]] = first;
      }
    }
    return false;
  }

  /**
   * Gives every rank the same experts: all of them, and the first ones again while slots are left.
   * All ranks then carry the same load, and there are as few duplicates as possible.
   *
   * @param slots slots of one rank, at least {@code experts}
   */
  public static void holdAllEverywhere(int[] row, int slots, int experts) {
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % slots % experts;
    }
  }

  /**
   * Gives every rank its usable slots full of experts: all of them, and the first ones again while
   * slots are left. Other slots are not touched.
   *
   * @param row receives the experts
   * @param from the first slot of each rank to fill; that holds expert {@code from % experts}
   */
  public static void holdAllEverywhere(int[] row, RankCapacity capacity, int from, int experts) {
    for (int rank = 0; rank < capacity.ranks; rank++) {
      int first = rank * capacity.slots;
      for (int slot = first + from; slot < capacity.end(rank); slot++) {
        row[slot] = (slot - first) % experts;
      }
    }
  }

  /**
   * Returns whether the change from {@code current} to {@code planned} is within a budget. An
   * expert moves to a rank that holds it after and did not hold it before. EMPTY slots hold none.
   *
   * @param slots slots of one rank
   * @param perLayer the most experts that may move, 0 = unlimited
   * @param perRank the most experts that one rank may receive, 0 = unlimited
   * @param stamps scratch by expert
   */
  public static boolean withinBudget(
      int[] current, int[] planned, int slots, int perLayer, int perRank, int[] stamps) {
    if (perLayer == 0 && perRank == 0) {
      return true;
    }
    Arrays.fill(stamps, -1);
    int moved = 0;
    for (int from = 0; from < current.length; from += slots) {
      int received = 0;
      for (int slot = from; slot < from + slots; slot++) {
        if (current[slot] != Placement.EMPTY) {
          stamps[current[slot]] = from;
        }
      }
      for (int slot = from; slot < from + slots; slot++) {
        if (planned[slot] != Placement.EMPTY && stamps[planned[slot]] != from) {
          stamps[planned[slot]] = from;
          received++;
        }
      }
      if (perRank > 0 && received > perRank) {
        return false;
      }
      moved += received;
    }
    return perLayer == 0 || moved <= perLayer;
  }
}
