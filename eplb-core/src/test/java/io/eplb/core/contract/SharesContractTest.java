package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Rule;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The parts of an answer beside the placement: shares, sources and expected peaks. */
class SharesContractTest {
  /** The current row, with the experts of rank 0 turned and a newcomer 3 for expert 2. */
  private static final int[] ROW = {1, 3, 0, 3, 4, 5, 6, 7, 0, 1, 2, 3};

  private static final double[] SHARES = {0.25, 0.5, 0.125, 0.25, 1, 1, 1, 1, 0.875, 0.75, 1, 0.25};
  private static final int[] SOURCES = {-1, 3, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1};

  /** The giver of more than a placement. */
  private interface Giving {
    void to(Rebalance.Builder answer);
  }

  private static GuardedPolicy answering(int[] row, int[] marked, Giving giving) {
    return new GuardedPolicy(
        () ->
            Scenario.policy(
                (current, workload, context) -> {
                  Placement.Builder builder = Placement.builder(current);
                  for (int layer : marked) {
                    builder.setLayer(layer, row, 0);
                  }
                  Rebalance.Builder answer = Rebalance.builder(marked, builder.build());
                  giving.to(answer);
                  return answer.build();
                }),
        Misbehaviour.SETTINGS);
  }

  @Test
  void sharesAndSourcesMoveWithTheirReplicasWhenSlotsAreAligned() {
    try (GuardedPolicy policy =
        answering(
            ROW,
            new int[] {2, 1},
            answer ->
                answer.shares(1, SHARES, 0).sources(1, SOURCES, 0).expectedPeak(1, 9.0, 7.0))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertEquals(List.of(), outcome.rejectedLayers());
      int[] row = new int[12];
      outcome.table().copyLayer(1, row, 0);
      assertArrayEquals(new int[] {0, 1, 3, 3, 4, 5, 6, 7, 0, 1, 2, 3}, row);
      Rebalance accepted = outcome.answer();
      double[] shares = new double[12];
      accepted.copyShares(1, shares, 0);
      assertArrayEquals(
          new double[] {0.125, 0.25, 0.5, 0.25, 1, 1, 1, 1, 0.875, 0.75, 1, 0.25}, shares);
      int[] sources = new int[12];
      accepted.copySources(1, sources, 0);
      assertArrayEquals(new int[] {-1, -1, 3, -1, -1, -1, -1, -1, -1, -1, 0, -1}, sources);
      assertEquals(9.0, accepted.expectedPeakBefore(1));
      assertEquals(7.0, accepted.expectedPeakAfter(1));
      assertArrayEquals(new int[] {2, 1}, accepted.layerPriority());
      assertSame(outcome.table().placement(), accepted.newPlacement());
      assertFalse(accepted.hasShares(2));
      assertFalse(accepted.hasSources(2));
      assertFalse(accepted.hasExpectedPeak(2));
    }
  }

  @Test
  void p9SharesThatDoNotSumToOneRejectTheirLayerAlone() {
    double[] wrong = SHARES.clone();
    wrong[0] = 0.5;
    try (GuardedPolicy policy =
        answering(
            ROW,
            new int[] {1, 2},
            answer -> answer.shares(1, wrong, 0).shares(2, SHARES, 0).expectedPeak(1, 2, 1))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertEquals(
          "P9, layer 1, rank 0, slot 0: the shares of expert 1 sum to 1.25"
              + " (the shares of an expert sum to 1, and a source holds the expert it should give)",
          outcome.rejectedLayers().get(0).toString());
      assertArrayEquals(new int[] {2}, outcome.layerPriority());
      assertFalse(outcome.answer().hasShares(1));
      assertFalse(outcome.answer().hasExpectedPeak(1));
      assertTrue(outcome.answer().hasShares(2));
    }
  }

  @Test
  void sharesOfARowThatStaysAsItIsAreOfferedWithoutAChange() {
    double[] even = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};
    int[] row = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3};
    try (GuardedPolicy policy =
        answering(row, new int[] {3}, answer -> answer.shares(3, even, 0))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertFalse(outcome.changed());
      assertSame(Scenario.CURRENT, outcome.table());
      double[] shares = new double[12];
      outcome.answer().copyShares(3, shares, 0);
      assertArrayEquals(even, shares);
    }
  }

  @Test
  void p5SharesOfALayerThatIsNotMarkedRejectIt() {
    try (GuardedPolicy policy =
        answering(ROW, new int[] {1}, answer -> answer.shares(4, SHARES, 0))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertEquals(Rule.P5, outcome.rejectedLayers().get(0).rule());
      assertEquals(4, outcome.rejectedLayers().get(0).layer());
      assertArrayEquals(new int[] {1}, outcome.layerPriority());
    }
  }

  @Test
  void p7SharesThatDifferEachTimeAreRejectedByTheProbe() {
    AtomicInteger calls = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) ->
                        Rebalance.builder(new int[] {1}, current.placement())
                            .expectedPeak(1, 5, calls.incrementAndGet())
                            .build()),
            Misbehaviour.SETTINGS.withProbeDeterminism(true))) {
      assertTrue(
          Misbehaviour.message(Scenario.plan(policy))
              .contains("P7: two answers have different shares, sources or expected peaks"));
    }
  }

  @Test
  void aPlanThatIsRejectedOffersNoAnswer() {
    try (GuardedPolicy policy =
        Misbehaviour.once(
            (current, workload, context) -> {
              throw new IllegalStateException("broken");
            },
            Misbehaviour.SETTINGS)) {
      assertEquals(Rebalance.unchanged(Scenario.CURRENT), Scenario.plan(policy).answer());
    }
  }
}
