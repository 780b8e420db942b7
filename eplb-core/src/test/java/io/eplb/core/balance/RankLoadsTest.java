package io.eplb.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RankLoadsTest {
  @Test
  void aRankIsAMultipleOfTheMeanOfItsLayer() {
    EpTopology topology = EpTopology.of(2, 2, 1, 1, 1);
    RankLoads loads =
        RankLoads.of(
            ExpertTable.initial(2, topology),
            new double[] {30, 10, 0, 0},
            EpRanks.nominal(topology),
            TrafficShares.EVEN);
    assertEquals(2, loads.layers());
    assertEquals(2, loads.ranks());
    assertEquals(1.5, loads.of(0, 0));
    assertEquals(0.5, loads.of(0, 1));
    assertEquals(1.0, loads.of(1, 0), "an idle layer");
    assertEquals(0, loads.hottest(0));
    assertEquals(1, loads.coldest(0));
    assertThrows(InvalidInputException.class, () -> loads.of(2, 0));
    assertThrows(InvalidInputException.class, () -> loads.of(0, 2));
  }

  @Test
  void speedsDeadRanksAndSharesCount() {
    EpTopology topology = EpTopology.of(2, 3, 1, 1, 2);
    EpRanks ranks = EpRanks.builder(topology).speed(0, 0.5).usableSlots(2, 0).build();
    ExpertTable table =
        ExpertTable.of(
            0, 2, Placement.of(1, 3, 2, new int[] {0, 1, 0, 1, Placement.EMPTY, Placement.EMPTY}));
    double third = 1 / 3.0;
    TrafficShares shares =
        TrafficShares.EVEN.after(
            Rebalance.builder(new int[] {0}, table.placement())
                .shares(0, new double[] {third, 0.5, 1 - third, 0.5, 0, 0}, 0)
                .build());
    RankLoads loads = RankLoads.of(table, new double[] {60, 30}, ranks, shares);
    assertEquals((20 + 15) / 0.5 / (90 / 1.5), loads.of(0, 0), 1e-12);
    assertEquals((40 + 15) / (90 / 1.5), loads.of(0, 1), 1e-12);
    assertTrue(Double.isNaN(loads.of(0, 2)));
    assertEquals(0, loads.hottest(0));
    assertEquals(1, loads.coldest(0));
  }

  @Property(tries = 200)
  void theHottestRankIsThePeakToAverageRatio(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int ranks) {
    Random random = new Random(seed);
    EpTopology topology = EpTopology.of(5, ranks, 1, 1, 5);
    EpRanks.Builder able = EpRanks.builder(topology);
    for (int rank = 0; rank < ranks; rank++) {
      able.speed(rank, 0.5 + random.nextDouble());
    }
    double[] loads = random.doubles(10, 0, 100).toArray();
    ExpertTable table = ExpertTable.initial(2, topology);
    RankLoads measured = RankLoads.of(table, loads, able.build(), TrafficShares.EVEN);
    BalanceReport report = BalanceReport.of(table, loads, able.build());
    for (int layer = 0; layer < 2; layer++) {
      assertEquals(report.peakToAverage(layer), measured.of(layer, measured.hottest(layer)), 1e-12);
    }
  }
}
