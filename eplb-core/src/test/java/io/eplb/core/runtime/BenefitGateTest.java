package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.eplb.core.balance.PlanMeasure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenefitGateTest {
  // Three layers of four experts on two ranks: layer 0 gets better, 1 worse, 2 by very little.
  private static final ExpertTable CURRENT =
      ExpertTable.of(3, 4, Placement.of(3, 2, 2, new int[] {0, 1, 2, 3, 0, 2, 1, 3, 0, 1, 2, 3}));
  private static final ExpertTable NEXT =
      ExpertTable.of(4, 4, Placement.of(3, 2, 2, new int[] {0, 2, 1, 3, 0, 1, 2, 3, 0, 2, 1, 3}));
  private static final double[] LOADS = {90, 80, 10, 20, 90, 80, 10, 20, 51, 50, 50, 51};
  private static final int[] ALL = {2, 1, 0};

  @Test
  void whatMakesTheHottestRankNoCoolerIsLeftOut() {
    BenefitGate.Verdict verdict = judge(0.0, 0.0);
    assertArrayEquals(new int[] {0}, verdict.layers());
    assertEquals(2, verdict.dropped());
    assertEquals(170 - 100, verdict.saving());
    assertEquals(0.0, verdict.price());
  }

  @Test
  void theSavingHasToExceedThePriceOfTheBusiestReceiver() {
    assertArrayEquals(new int[] {0}, judge(69.0, 0.0).layers());
    assertEquals(69.0, judge(69.0, 0.0).price());
    assertArrayEquals(new int[] {}, judge(70.0, 0.0).layers());
  }

  @Test
  void whatTheEngineDividesByItselfIsNotWorthMoving() {
    // Expert 0 is on both ranks. Moving expert 2 helps an even split; the other one is even
    // already.
    ExpertTable current = ExpertTable.of(3, 5, Placement.of(1, 2, 3, new int[] {0, 1, 2, 0, 3, 4}));
    ExpertTable next = ExpertTable.of(4, 5, Placement.of(1, 2, 3, new int[] {0, 1, 3, 0, 2, 4}));
    Rebalance plan = Rebalance.builder(new int[] {0}, next.placement()).build();
    EpRanks ranks = EpRanks.nominal(EpTopology.of(5, 2, 1, 1, 3));
    Dispatch[] dispatches = Dispatch.values();
    double[] saved = new double[dispatches.length];
    for (int at = 0; at < saved.length; at++) {
      PlanMeasure measure =
          PlanMeasure.of(
              current,
              ranks,
              dispatches[at],
              plan,
              Objective.PEAK_LOAD,
              new double[] {60, 30, 10, 0, 0});
      saved[at] =
          BenefitGate.judge(new BenefitSettings(1.0, 0.0), current, next, new int[] {0}, measure)
              .saving();
    }
    assertArrayEquals(new double[] {10, 0, 0}, saved);
  }

  @Test
  void theSavingHasToBeAShareOfTheHottestRanksLoad() {
    assertArrayEquals(new int[] {0}, judge(0.0, 70.0 / 170).layers());
    assertArrayEquals(new int[] {}, judge(0.0, 0.5).layers());
  }

  @Test
  void anIdleLayerIsNotWorthAnything() {
    assertArrayEquals(new int[] {}, judge(0.0, 0.0, new double[12], answer()).layers());
  }

  @Test
  void anExpertThatARankHoldsTwiceIsReceivedOnce() {
    int[] before = {0, 0, 1, 2, 3, 3};
    int[] after = {1, 1, 0, 2, 0, 0};
    // Rank 0 receives nothing it does not hold, rank 1 receives expert 0.
    assertEquals(1, BenefitGate.mostReceived(before, after, 2, new int[4]));
    assertEquals(0, BenefitGate.mostReceived(before, before, 2, new int[4]));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1.0, Double.NaN, Double.POSITIVE_INFINITY, 2e12})
  void aPriceOutOfRangeIsRefused(double price) {
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> new BenefitSettings(price, 0.0));
    assertTrue(String.valueOf(refused.getMessage()).contains("tokens per expert is"));
    assertThrows(InvalidInputException.class, () -> new BenefitSettings(0.0, price));
  }

  @Test
  void aRowWithEmptySlotsReceivesNothingThere() {
    int[] before = {0, 1, 2, -1, 3, -1};
    int[] after = {0, 3, 2, -1, 1, -1};
    assertEquals(1, BenefitGate.mostReceived(before, after, 3, new int[4]));
  }

  @Test
  void aPolicyWithAMeasureOfItsOwnIsTakenAtItsWord() {
    // By load, layer 1 loses and layer 0 saves 70 of 170 tokens.
    Rebalance.Builder answer = answer().expectedPeak(1, 8.0, 6.0).expectedPeak(0, 8.0, 8.0);
    assertArrayEquals(
        new int[] {0}, judge(0.0, 0.0, LOADS, answer).layers(), "its objective is the peak load");
    BenefitGate.Verdict verdict = judge(0.0, 0.0, LOADS, answer, Objective.OWN_MEASURE);
    assertArrayEquals(new int[] {1}, verdict.layers());
    assertEquals(100.0 / 4, verdict.saving(), 1e-9);
    assertEquals(2, verdict.dropped());
  }

  @Test
  void anExpectedPeakOfNothingSavesNothing() {
    Rebalance.Builder answer = answer().expectedPeak(0, 0.0, 0.0);
    assertArrayEquals(new int[] {}, judge(0.0, 0.0, LOADS, answer, Objective.OWN_MEASURE).layers());
  }

  private static Rebalance.Builder answer() {
    return Rebalance.builder(ALL, NEXT.placement());
  }

  private static BenefitGate.Verdict judge(double price, double least) {
    return judge(price, least, LOADS, answer());
  }

  private static BenefitGate.Verdict judge(
      double price, double least, double[] loads, Rebalance.Builder answer) {
    return judge(price, least, loads, answer, Objective.PEAK_LOAD);
  }

  private static BenefitGate.Verdict judge(
      double price, double least, double[] loads, Rebalance.Builder answer, Objective objective) {
    EpRanks ranks = EpRanks.nominal(EpTopology.of(4, 2, 1, 1, 2));
    PlanMeasure measure =
        PlanMeasure.of(CURRENT, ranks, Dispatch.EVEN, answer.build(), objective, loads);
    return BenefitGate.judge(new BenefitSettings(price, least), CURRENT, NEXT, ALL, measure);
  }
}
