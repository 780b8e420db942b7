package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RunLengthsTest {
  @Test
  void whileARunIsLargeItsLoadPerRankDecidesAndThenItsSquare() {
    double[] loads = {9.0, 4.0, 1.2, 1.1, 1.0};

    // 9, 4.5 and 4 are large: three ranks for the first, two for the second.
    assertArrayEquals(new int[] {3, 2, 1, 1, 1}, choose(loads, 3.5, 3, 5));
    // Of 3 and 2 per rank, 1 and 1 are left by the square, and the others have 1.2, 1.1 and 1.
    assertArrayEquals(new int[] {3, 2, 2, 2, 1}, choose(loads, 3.5, 5, 5));
  }

  @Test
  void withoutALargeRunAsManyExpertsAsPossibleAreShared() {
    assertArrayEquals(new int[] {2, 2, 2, 1}, choose(new double[] {3.0, 1.2, 1.1, 0.5}, 9.0, 3, 4));
  }

  @Test
  void noRunIsLongerThanItsPartAndSlotsWithoutAnExpertAreLeft() {
    int[] spare = {9};
    RunLengths lengths = new RunLengths(2);
    lengths.choose(new double[] {5.0, 0.0}, 0.1, new int[2], spare, new int[] {3});

    assertEquals(3, lengths.of(0));
    assertEquals(3, lengths.of(1));
    assertEquals(5, spare[0]);
  }

  @Test
  void everyPartUsesItsOwnSlots() {
    int[] spare = {1, 0, 2};
    RunLengths lengths = new RunLengths(4);
    lengths.choose(
        new double[] {1.0, 8.0, 2.0, 1.0}, 0.5, new int[] {0, 0, 2, 2}, spare, new int[] {2, 0, 2});

    assertArrayEquals(new int[] {1, 2, 2, 2}, read(lengths, 4));
    assertArrayEquals(new int[] {0, 0, 0}, spare);
  }

  private static int[] choose(double[] loads, double large, int spare, int partSize) {
    RunLengths lengths = new RunLengths(loads.length);
    lengths.choose(loads, large, new int[loads.length], new int[] {spare}, new int[] {partSize});
    return read(lengths, loads.length);
  }

  private static int[] read(RunLengths lengths, int experts) {
    int[] read = new int[experts];
    for (int expert = 0; expert < experts; expert++) {
      read[expert] = lengths.of(expert);
    }
    return read;
  }
}
