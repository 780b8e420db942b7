package io.eplb.policies.incremental.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SumTreeTest {
  private final Random random = new Random(41);

  @Test
  void aLargeValueLeavesNoRoundingError() {
    for (int count : new int[] {1, 2, 5, 33}) {
      SumTree sum = new SumTree(count);
      double[] values = random.doubles(count).toArray();
      sum.rebuild(values);
      for (int index = 0; index < count; index++) {
        sum.set(index, 1e40);
        sum.set(index, index);
      }
      assertEquals(count * (count - 1) / 2.0, sum.total());
    }
  }
}
