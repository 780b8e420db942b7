package io.eplb.core.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Objective;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import org.junit.jupiter.api.Test;

class PlanMeasureTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(2, 2, 1, 1, 1);

  /** Rank 0 computes at half speed. */
  private static final EpRanks RANKS = EpRanks.builder(TOPOLOGY).speed(0, 0.5).build();

  private static final double[] LOADS = {60, 40, 60, 40};

  private static ExpertTable table(int... experts) {
    return ExpertTable.of(1, 2, Placement.of(2, 2, 1, experts));
  }

  private static PlanMeasure measure(Rebalance answer, Objective objective) {
    return PlanMeasure.of(table(0, 1, 0, 1), RANKS, Dispatch.EVEN, answer, objective, LOADS);
  }

  @Test
  void aSavingIsInLoadBySpeedOfTheHottestRank() {
    Rebalance answer = Rebalance.builder(new int[] {1}, table(0, 1, 1, 0).placement()).build();
    PlanMeasure measure = measure(answer, Objective.PEAK_LOAD);
    assertEquals(120.0, measure.peakBefore(1));
    assertEquals(120.0 - 80.0, measure.saving(1));
    assertEquals(0.0, measure.saving(0));
    assertEquals(1.8, measure.before().peakToAverage(1), 1e-12);
    assertEquals(1.2, measure.after(table(0, 1, 1, 0)).peakToAverage(1), 1e-12);
    assertTrue(measure.expected().isEmpty());
  }

  @Test
  void sharesCountOnlyWhereTheirLayerIsInForce() {
    EpTopology topology = EpTopology.of(2, 2, 1, 1, 2);
    EpRanks ranks = EpRanks.builder(topology).speed(0, 0.5).build();
    ExpertTable before =
        ExpertTable.of(0, 2, Placement.of(2, 2, 2, new int[] {0, 1, 1, 0, 0, 1, 1, 0}));
    Placement next = Placement.of(2, 2, 2, new int[] {0, 1, 0, 1, 1, 0, 0, 1});
    double third = 1 / 3.0;
    Rebalance answer =
        Rebalance.builder(new int[] {0, 1}, next)
            .shares(0, new double[] {third, third, 1 - third, 1 - third}, 0)
            .shares(1, new double[] {third, third, 1 - third, 1 - third}, 0)
            .build();
    PlanMeasure measure =
        PlanMeasure.of(before, ranks, Dispatch.EVEN, answer, Objective.PEAK_LOAD, LOADS);
    assertEquals(100.0 - 200.0 / 3, measure.saving(0), 1e-9);
    BalanceReport partly = measure.after(before.withLayers(1, new int[] {1}, next));
    assertEquals(1.5, partly.peakToAverage(0), 1e-9);
    assertEquals(1.0, partly.peakToAverage(1), 1e-9);
  }

  @Test
  void anEngineThatDividesTheTokensItselfIgnoresThePolicysShares() {
    EpTopology topology = EpTopology.of(3, 2, 1, 1, 2);
    EpRanks ranks = EpRanks.nominal(topology);
    ExpertTable before = ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, 1, 2, 0}));
    Placement next = Placement.of(1, 2, 2, new int[] {0, 1, 0, 2});
    Rebalance answer =
        Rebalance.builder(new int[] {0}, next).shares(0, new double[] {1, 1, 0, 1}, 0).build();
    double[] loads = {60, 0, 40};
    PlanMeasure even =
        PlanMeasure.of(before, ranks, Dispatch.EVEN, answer, Objective.PEAK_LOAD, loads);
    PlanMeasure lp = PlanMeasure.of(before, ranks, Dispatch.LP, answer, Objective.PEAK_LOAD, loads);
    ExpertTable after = before.withLayers(1, new int[] {0}, next);

    assertEquals(1.4, even.before().peakToAverage(0), 1e-12);
    assertEquals(1.2, even.after(after).peakToAverage(0), 1e-12);
    assertEquals(1.0, lp.before().peakToAverage(0), 1e-12);
    assertEquals(1.0, lp.after(after).peakToAverage(0), 1e-12);
    assertEquals(1.0, lp.ranksAfter(after).of(0, 1), 1e-12);
    assertEquals(0.0, lp.saving(0), 1e-9);
    assertEquals(10.0, even.saving(0), 1e-9);
  }

  @Test
  void expectedPeaksAreReportedWhateverThePolicyMinimises() {
    Rebalance answer =
        Rebalance.builder(new int[] {1, 0}, table(1, 0, 1, 0).placement())
            .expectedPeak(0, 4.0, 1.0)
            .expectedPeak(1, 8.0, 6.0)
            .build();
    PlanMeasure.Expected expected = new PlanMeasure.Expected(2, 6.0, 3.5);
    assertEquals(expected, measure(answer, Objective.PEAK_LOAD).expected().orElseThrow());
    assertEquals(40.0, measure(answer, Objective.PEAK_LOAD).saving(1));
    assertEquals(30.0, measure(answer, Objective.OWN_MEASURE).saving(1));
  }

  @Test
  void sharesStayUntilTheirLayerIsMarkedAgain() {
    Placement placement = table(0, 1, 0, 1).placement();
    double[] ones = {1, 1};
    Rebalance giving =
        Rebalance.builder(new int[] {0}, placement).shares(0, ones, 0).shares(1, ones, 0).build();
    TrafficShares given = TrafficShares.EVEN.after(giving);
    TrafficShares other = given.after(Rebalance.builder(new int[] {0}, placement).build());
    assertSame(
        TrafficShares.EVEN, other.after(Rebalance.builder(new int[] {1}, placement).build()));
    assertSame(
        TrafficShares.EVEN, TrafficShares.EVEN.after(Rebalance.unchanged(table(0, 1, 0, 1))));
  }

  @Test
  void loadsOfAnotherNumberAreRefused() {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () ->
                PlanMeasure.of(
                    table(0, 1, 0, 1),
                    RANKS,
                    Dispatch.EVEN,
                    Rebalance.unchanged(table(0, 1, 0, 1)),
                    Objective.PEAK_LOAD,
                    new double[3]));
    assertEquals(
        "I1: a plan is to be measured by 3 expert loads; 2 layers × 2 experts need one each",
        refused.getMessage());
  }
}
