package io.eplb.api.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.Placement;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastPeakTest {
  @Property(tries = 10_000)
  void theTightRanksProveThatNoPeakIsLower(@ForAll long seed) {
    Random random = new Random(seed);
    prove(RandomLayer.draw(random, 1 + random.nextInt(40), 1 + random.nextInt(12)));
  }

  @ParameterizedTest
  @CsvSource({"32, 9, 256, 200", "64, 5, 256, 200", "8, 17, 128, 200", "1024, 16, 256, 5"})
  void layersOfRealSizeAreProvedToo(int ranks, int slots, int experts, int layers) {
    for (int seed = 0; seed < layers; seed++) {
      prove(RandomLayer.large(new Random(seed), ranks, slots, experts));
    }
  }

  @Test
  void slotsThatHoldTheSameExpertsEverywhereShareEqually() {
    int ranks = 16;
    RandomLayer layer = RandomLayer.large(new Random(1), ranks, 4, 4);
    for (int slot = 0; slot < layer.row.length; slot++) {
      layer.row[slot] = slot % 4;
    }
    prove(layer);
    assertEquals(1, layer.solve(Dispatch.LP).peakToAverage(), 1e-12);
  }

  private static void prove(RandomLayer layer) {
    LayerDispatch lp = layer.solve(Dispatch.LP);
    double confined = 0;
    double speed = 0;
    boolean any = false;
    for (int expert = 0; expert < layer.experts; expert++) {
      confined += lp.confined(expert) ? layer.loads[expert] : 0;
    }
    for (int rank = 0; rank < layer.ranks.ranks(); rank++) {
      if (lp.tight(rank)) {
        any = true;
        speed += layer.ranks.speed(rank);
      }
    }
    assertEquals(lp.peak() > 0, any);
    if (any) {
      assertEquals(lp.peak(), confined / speed, lp.peak() * 1e-9);
    }
    reaches(layer, lp);
  }

  private static void reaches(RandomLayer layer, LayerDispatch lp) {
    double[] shares = new double[layer.row.length];
    double[] sums = new double[layer.experts];
    lp.copyShares(shares);
    for (int slot = 0; slot < shares.length; slot++) {
      int expert = layer.row[slot];
      if (expert == Placement.EMPTY) {
        assertEquals(0, shares[slot]);
        continue;
      }
      assertTrue(shares[slot] >= 0 && shares[slot] <= 1);
      sums[expert] += shares[slot];
    }
    for (double sum : sums) {
      assertEquals(1, sum, 1e-12);
    }
    double peak = layer.peak(shares);
    assertEquals(lp.peak(), peak, peak * 1e-12);
  }
}
