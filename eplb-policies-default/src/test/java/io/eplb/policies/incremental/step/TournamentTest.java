package io.eplb.policies.incremental.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TournamentTest {
  private static final int LISTED = 4;
  private static final int CHANGES = 300;

  private final Random random = new Random(41);

  @Test
  void aTournamentListsTheBestItemsAndTheLowerOfEqualOnes() {
    for (int items : new int[] {1, 2, 15, 16, 17, 256, 257, 4_097}) {
      Tournament tournament = new Tournament(items, LISTED);
      double[] values = new double[items];
      Arrays.fill(values, Tournament.NONE);
      assertArrayEquals(new int[0], listed(tournament));
      for (int change = 0; change < CHANGES; change++) {
        int item = random.nextInt(items);
        values[item] = random.nextInt(4) == 0 ? Tournament.NONE : random.nextInt(9);
        tournament.set(item, values[item]);
        assertArrayEquals(best(values), listed(tournament), items + " items, change " + change);
      }
      Tournament rebuilt = new Tournament(items, LISTED);
      for (int item = 0; item < items; item++) {
        rebuilt.put(item, values[item]);
      }
      rebuilt.rebuild();
      assertArrayEquals(best(values), listed(rebuilt), items + " items rebuilt");
    }
  }

  @Test
  void aTournamentFindsTheItemsOfAtLeastAValue() {
    for (int items : new int[] {1, 16, 17, 300, 4_097}) {
      Tournament tournament = new Tournament(items, LISTED);
      double[] values = new double[items];
      for (int item = 0; item < items; item++) {
        values[item] = random.nextInt(3) == 0 ? Tournament.NONE : random.nextInt(40);
        tournament.set(item, values[item]);
      }
      for (double least : new double[] {0, 20, 38, 39, 40}) {
        int[] expected = IntStream.range(0, items).filter(item -> values[item] >= least).toArray();
        int[] found =
            IntStream.iterate(
                    tournament.next(0, least),
                    item -> item >= 0,
                    item -> tournament.next(item + 1, least))
                .toArray();
        assertArrayEquals(expected, found, items + " items, at least " + least);
      }
    }
  }

  private static int[] listed(Tournament tournament) {
    Shortlist list = new Shortlist(LISTED);
    tournament.list(list);
    return IntStream.range(0, list.size()).map(list::item).toArray();
  }

  private static int[] best(double[] values) {
    return Arrays.stream(falling(values))
        .filter(item -> values[item] > Tournament.NONE)
        .limit(LISTED)
        .toArray();
  }

  private static int[] falling(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer item) -> -values[item]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
