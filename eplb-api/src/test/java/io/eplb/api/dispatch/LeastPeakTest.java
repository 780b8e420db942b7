package io.eplb.api.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.Placement;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LeastPeakTest {
  @Property(tries = 10_000)
  void theTightRanksProveThatNoPeakIsLower(@ForAll long seed) {
    Random random = new Random(seed);
    RandomLayer layer = RandomLayer.draw(random, 1 + random.nextInt(40), 1 + random.nextInt(12));
    LayerDispatch lp = layer.solve(Dispatch.LP);
    double confined = 0;
    double speed = 0;
    for (int expert = 0; expert < layer.experts; expert++) {
      confined += lp.confined(expert) ? layer.loads[expert] : 0;
    }
    boolean any = false;
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
    int slots = layer.ranks.slotsPerRank();
    double[] shares = new double[layer.row.length];
    double[] loads = new double[layer.ranks.ranks()];
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
      loads[slot / slots] += shares[slot] * layer.loads[expert];
    }
    for (double sum : sums) {
      assertEquals(1, sum, 1e-12);
    }
    double peak = 0;
    for (int rank = 0; rank < loads.length; rank++) {
      peak = Math.max(peak, loads[rank] / layer.ranks.speed(rank));
    }
    assertEquals(lp.peak(), peak, peak * 1e-12);
  }
}
