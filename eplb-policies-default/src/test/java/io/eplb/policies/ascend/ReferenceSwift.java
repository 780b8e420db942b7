package io.eplb.policies.ascend;

import io.eplb.api.LayerBalance;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The procedure of vLLM-Ascend's {@code SwiftBalanceEplb} at 182b75e for one layer, as plainly as
 * possible, fitted to its recorded answers: the redundant slots are refreshed over links that are
 * unused, what is left is filled with the hottest experts whatever their links, then pairs are
 * swapped. It has the faults that the answers show: every layer is measured by the first one's
 * mean, a second replica is taken to relieve an expert by a third of its load, unless slots were
 * left to fill, and a row is judged by such loads.
 */
final class ReferenceSwift {
  private static final int NONE = -1;
  private static final double BALANCED = 1.01;
  private static final double LEAST_FALL = 0.01;
  private static final int MOST_SWAPS = 100;

  private final int[] before;
  private final double[] load;
  private final double mean;
  private final int ranks;
  private final int slots;
  private final int[] row;
  private final double[] share;
  private final int[] home;
  private final int[] extra;
  private final boolean[][] linkUsed;
  private final boolean[][] received;

  private ReferenceSwift(int[] before, double[] load, int ranks, double mean) {
    this.before = before;
    this.load = load;
    this.mean = mean;
    this.ranks = ranks;
    this.slots = before.length / ranks;
    this.row = new int[before.length];
    this.share = load.clone();
    this.home = new int[load.length];
    this.extra = new int[load.length];
    this.linkUsed = new boolean[ranks][ranks];
    this.received = new boolean[ranks][load.length];
  }

  /**
   * Returns the row that the reference goes on with: one that it takes for better, or the one in
   * force.
   *
   * @param mean the mean rank load of the first layer
   */
  static int[] plan(int[] before, double[] load, int ranks, double mean) {
    double current = LayerBalance.of(before, load, ranks).peakToAverage();
    if (current < BALANCED) {
      return before;
    }
    ReferenceSwift layer = new ReferenceSwift(before, load, ranks, mean);
    layer.findHomes();
    layer.placeRedundant();
    if (!layer.fillRest()) {
      return before;
    }
    layer.swapPairs();
    double peak = IntStream.range(0, ranks).mapToDouble(layer::bears).max().orElseThrow();
    return peak / mean < current ? layer.row : before;
  }

  private void findHomes() {
    Arrays.fill(home, NONE);
    Arrays.fill(row, NONE);
    for (int column = 0; column < slots; column++) {
      for (int rank = 0; rank < ranks; rank++) {
        int slot = rank * slots + column;
        if (home[before[slot]] == NONE) {
          home[before[slot]] = rank;
          row[slot] = before[slot];
        }
      }
    }
  }

  private void placeRedundant() {
    int redundant = before.length - load.length;
    for (int given = 0; given < redundant; given++) {
      int heaviest = NONE;
      for (int expert = 0; expert < load.length; expert++) {
        if (extra[expert] + 1 < ranks && (heaviest == NONE || share[expert] >= share[heaviest])) {
          heaviest = expert;
        }
      }
      if (heaviest != NONE) {
        extra[heaviest]++;
        share[heaviest] *= (extra[heaviest] + 1.0) / (extra[heaviest] + 2.0);
      }
    }
    int[] order =
        IntStream.range(0, load.length)
            .boxed()
            .sorted(Comparator.comparingDouble(expert -> -share[expert]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int expert : order) {
      for (int copy = 0; copy < extra[expert]; copy++) {
        int lightest = NONE;
        for (int rank = 0; rank < ranks; rank++) {
          if (freeSlot(rank) != NONE
              && !holds(rank, expert)
              && !linkUsed[home[expert]][rank]
              && (lightest == NONE || bears(rank) < bears(lightest))) {
            lightest = rank;
          }
        }
        if (lightest != NONE) {
          row[freeSlot(lightest)] = expert;
          linkUsed[home[expert]][lightest] = true;
          received[lightest][expert] = true;
        }
      }
    }
  }

  private boolean fillRest() {
    boolean filled = false;
    for (int rank = 0; rank < ranks; rank++) {
      for (int slot = freeSlot(rank); slot != NONE; slot = freeSlot(rank)) {
        int hottest = NONE;
        for (int expert = 0; expert < load.length; expert++) {
          if (!holds(rank, expert)
              && (hottest == NONE
                  || load[expert] / replicas(expert) >= load[hottest] / replicas(hottest))) {
            hottest = expert;
          }
        }
        if (hottest == NONE) {
          return false;
        }
        row[slot] = hottest;
        filled = true;
        received[rank][hottest] = true;
        linkUsed[home[hottest]][rank] = true;
      }
    }
    for (int expert = 0; filled && expert < load.length; expert++) {
      share[expert] = load[expert] / replicas(expert);
    }
    return true;
  }

  private void swapPairs() {
    int swaps = 0;
    while (swaps < MOST_SWAPS && swapOnce(mean * LEAST_FALL)) {
      swaps++;
    }
  }

  private boolean swapOnce(double leastFall) {
    int[] coolest =
        IntStream.range(0, ranks)
            .boxed()
            .sorted(Comparator.comparingDouble(this::bears))
            .mapToInt(Integer::intValue)
            .toArray();
    int hottest = coolest[ranks - 1];
    for (int index = 0; index < ranks - 1; index++) {
      int rank = coolest[index];
      if (!linkUsed[hottest][rank] && !linkUsed[rank][hottest] && swap(hottest, rank, leastFall)) {
        return true;
      }
    }
    return false;
  }

  private boolean swap(int hottest, int rank, double leastFall) {
    double gap = bears(hottest) - bears(rank);
    double best = 0.0;
    int bestHere = NONE;
    int bestThere = NONE;
    for (int here = hottest * slots; here < (hottest + 1) * slots; here++) {
      for (int there = rank * slots; there < (rank + 1) * slots; there++) {
        double delta = share[row[here]] - share[row[there]];
        double fall = Math.min(delta, gap - delta);
        if (fall > best
            && fall >= leastFall
            && !holds(rank, row[here])
            && !holds(hottest, row[there])
            && !received[hottest][row[here]]
            && !received[rank][row[there]]) {
          best = fall;
          bestHere = here;
          bestThere = there;
        }
      }
    }
    if (bestHere == NONE) {
      return false;
    }
    int given = row[bestHere];
    row[bestHere] = row[bestThere];
    row[bestThere] = given;
    received[hottest][row[bestHere]] = true;
    received[rank][given] = true;
    linkUsed[hottest][rank] = true;
    linkUsed[rank][hottest] = true;
    return true;
  }

  private double bears(int rank) {
    double sum = 0.0;
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      sum += row[slot] == NONE ? 0.0 : share[row[slot]];
    }
    return sum;
  }

  private int replicas(int expert) {
    return (int) Math.max(1, Arrays.stream(row).filter(held -> held == expert).count());
  }

  private int freeSlot(int rank) {
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      if (row[slot] == NONE) {
        return slot;
      }
    }
    return NONE;
  }

  private boolean holds(int rank, int expert) {
    return Arrays.stream(row, rank * slots, (rank + 1) * slots).anyMatch(e -> e == expert);
  }
}
