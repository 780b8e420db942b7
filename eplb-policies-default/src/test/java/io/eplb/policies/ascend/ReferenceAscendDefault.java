package io.eplb.policies.ascend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The procedure of vLLM-Ascend's {@code DefaultEplb} at 182b75e for one layer, written as plainly
 * as possible from its description.
 */
final class ReferenceAscendDefault {
  private ReferenceAscendDefault() {}

  /**
   * Returns the planned row; empty if no rank may take the last experts, where the reference makes
   * a duplicate.
   *
   * @param before the row in force, with at most as many redundant slots as ranks
   */
  static int[] plan(int[] before, double[] load, int ranks) {
    int slots = before.length / ranks;
    double[] share = load.clone();
    int[] extra = new int[load.length];
    for (int given = load.length; given < before.length; given++) {
      int hottest = 0;
      for (int expert = 1; expert < load.length; expert++) {
        hottest = share[expert] >= share[hottest] ? expert : hottest;
      }
      share[hottest] = share[hottest] * (extra[hottest] + 1) / (extra[hottest] + 2);
      extra[hottest]++;
    }
    List<List<Integer>> held = new ArrayList<>();
    double[] bears = new double[ranks];
    IntStream.range(0, ranks).forEach(rank -> held.add(new ArrayList<>()));
    int next = 0;
    for (int expert = 0; expert < load.length; expert++) {
      for (int copy = 0; copy < extra[expert]; copy++) {
        held.get(next).add(expert);
        bears[next++] += share[expert];
      }
    }
    List<Integer> order =
        IntStream.range(0, load.length)
            .boxed()
            .sorted(
                Comparator.comparing((Integer expert) -> share[expert])
                    .thenComparing(Comparator.naturalOrder())
                    .reversed())
            .toList();
    for (int expert : order) {
      int lightest = -1;
      for (int rank = 0; rank < ranks; rank++) {
        if (held.get(rank).size() < slots
            && !held.get(rank).contains(expert)
            && (lightest < 0 || bears[rank] < bears[lightest])) {
          lightest = rank;
        }
      }
      if (lightest < 0) {
        return new int[0];
      }
      held.get(lightest).add(expert);
      bears[lightest] += share[expert];
    }
    return keepSlots(before, held, slots);
  }

  private static int[] keepSlots(int[] before, List<List<Integer>> held, int slots) {
    int[] row = new int[before.length];
    Arrays.fill(row, -1);
    for (int rank = 0; rank < held.size(); rank++) {
      List<Integer> coming = held.get(rank);
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        if (coming.remove((Integer) before[slot])) {
          row[slot] = before[slot];
        }
      }
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        row[slot] = row[slot] < 0 ? coming.remove(0) : row[slot];
      }
    }
    return row;
  }
}
