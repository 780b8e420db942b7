package io.eplb.core.advice;

import java.util.ArrayList;
import java.util.List;

/** The redundancies that are worth a trial: whole slots on every rank, in growing steps. */
final class Redundancies {
  private Redundancies() {}

  /** Returns the fewest redundant experts that give all ranks equally many slots. */
  static int fewest(int experts, int ranks) {
    return slots(experts, ranks) * ranks - experts;
  }

  /**
   * Returns the redundancies, ascending: with 0, 1, 2, 3, 4, 6, 8, 12, 16 … slots per rank more
   * than needed.
   *
   * @param most the most redundant experts; the fewest possible are always among the result
   */
  static List<Integer> upTo(int most, int experts, int ranks) {
    List<Integer> all = new ArrayList<>();
    int slots = slots(experts, ranks);
    all.add(slots * ranks - experts);
    for (int more = 1; ; more += step(more)) {
      long redundant = (long) (slots + more) * ranks - experts;
      if (redundant > most) {
        return all;
      }
      all.add((int) redundant);
    }
  }

  /** Returns a half of the greatest power of two up to a number, at least 1. */
  private static int step(int more) {
    return Math.max(1, Integer.highestOneBit(more) / 2);
  }

  private static int slots(int experts, int ranks) {
    return (experts + ranks - 1) / ranks;
  }
}
