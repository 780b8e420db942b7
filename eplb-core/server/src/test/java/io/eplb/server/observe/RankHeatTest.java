package io.eplb.server.observe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceReport;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankHeatTest {
  private static final int LAYERS = 5;
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(12, 4, 2, 1, 4);

  @Test
  void theHottestRankOfALayerIsItsPar() {
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    double[] loads = new Random(11).doubles((long) LAYERS * 12, 0, 100).toArray();
    EpRanks ranks = EpRanks.builder(TOPOLOGY).speed(1, 0.5).build();

    RankHeat heat = RankHeat.of(table, loads, ranks, Dispatch.EVEN);

    BalanceReport report = BalanceReport.of(table, loads, ranks);
    for (int layer = 0; layer < LAYERS; layer++) {
      assertEquals(report.peakToAverage(layer), heat.par(layer), 1e-5);
    }
  }

  @Test
  void anIdleLayerIsCoolAndBalanced() {
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);

    RankHeat heat =
        RankHeat.of(table, new double[LAYERS * 12], EpRanks.nominal(TOPOLOGY), Dispatch.EVEN);

    assertEquals(0.0f, heat.heat(2, 3));
    assertArrayEquals(new double[] {1, 1, 1, 1, 1}, heat.pars());
  }

  @Test
  void aFigureThatIsNotKnownIsNaN() {
    PlanFigures first = PlanFigures.of(SmallPlans.of("a", "2x4", 1));
    PlanFigures second = PlanFigures.of(SmallPlans.of("a", "2x4", 2));

    assertTrue(Double.isNaN(first.measured().mean()));
    assertEquals(1.25, second.measured().mean());
    assertEquals(1.5, second.measured().max());
    assertEquals(1.125, second.predicted().mean());
    assertEquals((0.8 + 1) / 2, second.balancednessPredicted());
    assertEquals(List.of(), second.plan().rejected());
  }
}
