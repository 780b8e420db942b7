package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.LoadSeries;
import io.eplb.core.load.Weighting;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SurvivingContenderTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 4, 2, 1, 2);
  private static final EpRanks RANKS = EpRanks.nominal(TOPOLOGY);

  /** The first layer has its spare replicas on one node each, the second one across nodes. */
  private static final ExpertTable TABLE =
      ExpertTable.of(
          4, 6, Placement.of(2, 4, 2, new int[] {0, 1, 0, 2, 3, 5, 4, 5, 0, 1, 5, 2, 0, 5, 4, 3}));

  @Test
  void withoutFailuresToSurviveThePlannerIsScoredAsItIs() {
    Contender planner = new Fixed(false);
    assertSame(planner, SurvivingContender.of(planner, RANKS, Dispatch.EVEN, 0));
    Contender keeps = new StaticContender();
    assertSame(keeps, SurvivingContender.of(keeps, RANKS, Dispatch.EVEN, 1));
  }

  @Test
  void thePlanIsSpreadAndKeepsTheSharesOfLayersThatStay() {
    PlannedStep step = plan(new Fixed(false));
    assertFalse(step.table().sameLayer(0, TABLE.placement()));
    assertTrue(step.table().sameLayer(1, TABLE.placement()));
    assertEquals(OptionalLong.of(8), step.uncovered());
    assertEquals(2, step.moved());
    assertEquals(3, step.nanos());
    assertEquals(Optional.of("late"), step.failure());
    assertFalse(step.answer().hasShares(0));
    assertTrue(step.answer().hasShares(1));
    assertEquals(step.table().placement(), step.answer().newPlacement());
  }

  @Test
  void aClairvoyantIsSpreadByTheWindowThatItKnows() {
    Contender contender = SurvivingContender.of(new Fixed(true), RANKS, Dispatch.EVEN, 1);
    assertTrue(contender.reference());
    assertEquals("fixed", contender.label());
    double[] next = {1, 9, 1, 1, 1, 1, 1, 9, 1, 1, 1, 1};
    PlannedStep step = contender.plan(TABLE, estimate(), next);
    assertEquals(2, step.table().replicaCount(0, 1));
  }

  private static PlannedStep plan(Contender planner) {
    return SurvivingContender.of(planner, RANKS, Dispatch.EVEN, 1)
        .plan(TABLE, estimate(), new double[12]);
  }

  private static LoadSeries estimate() {
    LoadHistory history = new LoadHistory(2, 6, Weighting.last());
    history.add(new double[] {9, 1, 1, 1, 1, 8, 9, 1, 1, 1, 1, 8});
    return history.series();
  }

  /** A contender that keeps the table and gives shares for both layers. */
  private record Fixed(boolean reference) implements Contender {
    @Override
    public String label() {
      return "fixed";
    }

    @Override
    public String policy() {
      return "fixed";
    }

    @Override
    public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
      double[] shares = {0.5, 1, 0.5, 1, 1, 0.5, 1, 0.5};
      double[] others = {0.5, 1, 0.5, 1, 0.5, 0.5, 1, 1};
      Rebalance answer =
          Rebalance.builder(new int[] {0}, current.placement())
              .shares(0, shares, 0)
              .shares(1, others, 0)
              .build();
      return new PlannedStep(current, answer, 0, 0, 3, Optional.of("late"));
    }

    @Override
    public void close() {
      // Nothing is under way.
    }
  }
}
