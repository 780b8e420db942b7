package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RankMatchingTest {
  private static int most(int[] gains, int size, int row, int usedColumns) {
    if (row == size) {
      return 0;
    }
    int most = Integer.MIN_VALUE;
    for (int column = 0; column < size; column++) {
      if ((usedColumns & 1 << column) == 0) {
        int rest = most(gains, size, row + 1, usedColumns | 1 << column);
        most = Math.max(most, gains[row * size + column] + rest);
      }
    }
    return most;
  }

  private static int sum(int[] gains, int size, int[] columnOf) {
    boolean[] used = new boolean[size];
    int sum = 0;
    for (int row = 0; row < size; row++) {
      assertFalse(used[columnOf[row]]);
      used[columnOf[row]] = true;
      sum += gains[row * size + columnOf[row]];
    }
    return sum;
  }

  @Property(tries = 500)
  void noOtherMatchingGainsMore(
      @ForAll @IntRange(min = 1, max = 7) int size,
      @ForAll @IntRange(min = 1, max = 1000) int range,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] gains = random.ints((long) size * size, -range, range).toArray();
    int[] columnOf = new int[size];
    new RankMatching(size).match(gains, size, columnOf);
    assertEquals(most(gains, size, 0, 0), sum(gains, size, columnOf));
  }

  @Test
  void aHiddenPermutationIsFoundAmongManyRanks() {
    int size = 200;
    Random random = new Random(3);
    int[] gains = new int[size * size];
    for (int cell = 0; cell < gains.length; cell++) {
      gains[cell] = random.nextInt(5);
    }
    for (int row = 0; row < size; row++) {
      gains[row * size + (row * 7 + 3) % size] = 9;
    }
    int[] columnOf = new int[size];
    new RankMatching(size).match(gains, size, columnOf);
    assertEquals(9 * size, sum(gains, size, columnOf));
  }

  @Test
  void ranksStayWhereAChangeGainsNothing() {
    int[] columnOf = new int[4];
    new RankMatching(4).match(new int[16], 4, columnOf);
    assertArrayEquals(new int[] {0, 1, 2, 3}, columnOf);
  }

  @Test
  void oneScratchServesDifferentSizes() {
    RankMatching matching = new RankMatching(3);
    int[] columnOf = new int[3];
    matching.match(new int[] {0, 0, 5, 0, 5, 0, 5, 0, 0}, 3, columnOf);
    assertArrayEquals(new int[] {2, 1, 0}, columnOf);
    matching.match(new int[] {0, 1, 1, 0}, 2, columnOf);
    assertArrayEquals(new int[] {1, 0, 0}, columnOf);
  }
}
