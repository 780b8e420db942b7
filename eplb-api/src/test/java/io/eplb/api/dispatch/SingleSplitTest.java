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

class SingleSplitTest {
  @Property(tries = 5_000)
  void thePeakIsAtMostAReplicatedExpertAboveTheLeastOne(@ForAll long seed) {
    Random random = new Random(seed);
    bound(RandomLayer.draw(random, 1 + random.nextInt(40), 1 + random.nextInt(12)));
  }

  @ParameterizedTest
  @CsvSource({"32, 9, 256, 100", "64, 5, 256, 100", "8, 17, 128, 100", "1024, 16, 256, 3"})
  void layersOfRealSizeKeepTheBoundToo(int ranks, int slots, int experts, int layers) {
    for (int seed = 0; seed < layers; seed++) {
      bound(RandomLayer.large(new Random(seed), ranks, slots, experts));
    }
  }

  private static void bound(RandomLayer layer) {
    LayerDispatch single = layer.solve(Dispatch.SINGLE);
    double least = layer.solve(Dispatch.LP).peak();

    assertTrue(single.peak() >= least * (1 - 1e-9));
    assertTrue(single.peak() <= (least + layer.heaviestReplicated()) * (1 + 1e-9));
    double[] shares = new double[layer.row.length];
    int[] given = new int[layer.experts];
    single.copyShares(shares);
    for (int slot = 0; slot < shares.length; slot++) {
      assertTrue(shares[slot] == 0 || shares[slot] == 1);
      if (layer.row[slot] != Placement.EMPTY) {
        given[layer.row[slot]] += (int) shares[slot];
      }
    }
    for (int expert = 0; expert < layer.experts; expert++) {
      assertEquals(1, given[expert]);
    }
    assertEquals(single.peak(), layer.peak(shares), single.peak() * 1e-12);
  }

  @Test
  void smallLayersAreNearTheBestOfAllChoices() {
    int cases = 3_000;
    int best = 0;
    double sum = 0;
    for (int seed = 0; seed < cases; seed++) {
      RandomLayer layer = RandomLayer.draw(new Random(seed), 5, 4);
      double least = layer.bestSinglePeak();
      double peak = layer.solve(Dispatch.SINGLE).peak();
      assertTrue(peak >= least * (1 - 1e-12), "seed " + seed);
      best += peak <= least * (1 + 1e-9) ? 1 : 0;
      sum += least == 0 ? 1 : peak / least;
    }
    assertTrue(best >= 0.99 * cases, best + " are the best");
    assertTrue(sum <= 1.001 * cases, "the mean ratio is " + sum / cases);
  }
}
