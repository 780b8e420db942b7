package io.eplb.policies.incremental.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankOrderTest {
  private static final int CHANGES = 300;

  private final Random random = new Random(41);

  @Test
  void ranksStayInTheOrderOfTheirBurdens() {
    for (int ranks : new int[] {1, 2, 7, 64}) {
      double[] burden = random.doubles(ranks).map(value -> Math.rint(4 * value)).toArray();
      RankOrder order = new RankOrder(burden);
      order.rebuild();
      for (int change = 0; change < CHANGES; change++) {
        order.change(random.nextInt(ranks), random.nextInt(5));
        int[] expected = falling(burden);
        for (int place = 0; place < ranks; place++) {
          assertEquals(expected[place], order.at(place), ranks + " ranks, change " + change);
        }
      }
    }
  }

  private static int[] falling(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer item) -> -values[item]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
