package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FallingOrderTest {
  private final Random random = new Random(11);

  @Test
  void largestValuesComeFirstAndOfEqualOnesTheLowerIndex() {
    for (int size = 0; size < 200; size++) {
      double[] values = random.ints(size, 0, 1 + size / 2).asDoubleStream().toArray();
      int[] indices = IntStream.range(0, size).toArray();
      for (int at = size - 1; at > 0; at--) {
        int other = random.nextInt(at + 1);
        int index = indices[at];
        indices[at] = indices[other];
        indices[other] = index;
      }

      FallingOrder.sort(indices, 0, size, values);

      assertArrayEquals(falling(values), indices, size + " values");
    }
  }

  @Test
  void onlyTheRangeIsSorted() {
    int[] indices = {0, 1, 2, 3, 4};

    FallingOrder.sort(indices, 1, 4, new double[] {1, 2, 3, 4, 5});

    assertArrayEquals(new int[] {0, 3, 2, 1, 4}, indices);
  }

  private static int[] falling(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer index) -> -values[index]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
