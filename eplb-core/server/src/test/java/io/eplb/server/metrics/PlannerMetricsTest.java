package io.eplb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.runtime.CycleOutcome;
import io.eplb.core.update.AbortReason;
import io.eplb.server.observe.PlannerFigures;
import io.eplb.server.observe.SmallCluster;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlannerMetricsTest {
  private volatile PlannerFigures now = SmallCluster.leading(List.of(), Optional.empty());
  private final PlannerMetrics metrics = new PlannerMetrics(() -> now);

  @AfterEach
  void close() {
    metrics.close();
  }

  private double value(String series) {
    return SeriesValue.of(metrics.scrape(), series);
  }

  @Test
  void aPlannerThatLeadsShowsItsState() {
    assertEquals(1, value("eplb_planner_leads"));
    assertEquals(1, value("eplb_planner_connection{state=\"connected\"}"));
    assertEquals(0, value("eplb_planner_connection{state=\"lost\"}"));
    assertEquals(6, value("eplb_planner_epoch"));
    assertEquals(12, value("eplb_planner_version"));
    assertEquals(5_000, value("eplb_planner_steps"));
    assertEquals(400, value("eplb_planner_steps_since_success"));
    assertEquals(4, value("eplb_planner_ranks_present"));
    assertEquals(0, value("eplb_planner_ranks_away"));
    assertEquals(3, value("eplb_planner_failures_in_row"));
    assertEquals(0, value("eplb_planner_breaker_open"));
    now = SmallCluster.leading(List.of(), Optional.of("3 cycles in a row have failed"));
    assertEquals(1, value("eplb_planner_breaker_open"));
  }

  @Test
  void eachRankThatIsAwayIsNamedUntilItIsBack() {
    now = SmallCluster.leading(List.of(1, 3), Optional.empty());
    assertEquals(2, value("eplb_planner_ranks_away"));
    assertEquals(2, value("eplb_planner_ranks_present"));
    assertEquals(1, value("eplb_planner_rank_away{rank=\"1\"}"));
    assertEquals(1, value("eplb_planner_rank_away{rank=\"3\"}"));
    now = SmallCluster.leading(List.of(3), Optional.empty());
    assertFalse(metrics.scrape().contains("eplb_planner_rank_away{rank=\"1\"}"));
    assertEquals(1, value("eplb_planner_rank_away{rank=\"3\"}"));
    now = SmallCluster.standingBy();
    assertFalse(metrics.scrape().contains("eplb_planner_rank_away{"));
  }

  @Test
  void aPlannerThatStandsByShowsNoState() {
    now = SmallCluster.standingBy();
    assertEquals(0, value("eplb_planner_leads"));
    for (String name : List.of("epoch", "version", "ranks_present", "ranks_away", "breaker_open")) {
      assertTrue(Double.isNaN(value("eplb_planner_" + name)), name);
    }
  }

  @Test
  void cyclesAreCounted() {
    assertTrue(Double.isNaN(value("eplb_planner_par{layers=\"mean\",table=\"after\"}")));
    assertTrue(Double.isNaN(value("eplb_planner_fence_lead")));
    metrics.cycleEnded(SmallCluster.partlyCommitted());
    metrics.cycleEnded(SmallCluster.nothingMeasured());
    assertEquals(1, value("eplb_planner_cycles_total{outcome=\"partly-committed\"}"));
    assertEquals(1, value("eplb_planner_cycles_total{outcome=\"nothing-measured\"}"));
    assertEquals(0, value("eplb_planner_cycles_total{outcome=\"aborted\"}"));
    assertEquals(2, value("eplb_planner_switches_total{outcome=\"committed\"}"));
    assertEquals(2, value("eplb_planner_switches_total{outcome=\"void\"}"));
    assertEquals(14, value("eplb_planner_fence_lead"));
    assertEquals(2, value("eplb_planner_layers_committed_total"));
    assertEquals(1, value("eplb_planner_layers_aborted_total{reason=\"transfer-timeout\"}"));
    assertEquals(0, value("eplb_planner_layers_aborted_total{reason=\"no-buffer\"}"));
    assertEquals(1, value("eplb_planner_layers_rejected_total"));
    assertEquals(5, value("eplb_planner_layers_not_worth_it_total"));
    assertEquals(17, value("eplb_planner_experts_moved_total"));
    assertEquals(21_504, value("eplb_planner_moved_bytes_total"));
    assertEquals(1.5, value("eplb_planner_par{layers=\"mean\",table=\"before\"}"));
    assertEquals(1.125, value("eplb_planner_par{layers=\"mean\",table=\"after\"}"));
    assertEquals(1.25, value("eplb_planner_par{layers=\"p95\",table=\"after\"}"));
    assertEquals(1.375, value("eplb_planner_par{layers=\"max\",table=\"after\"}"));
    assertEquals(1, value("eplb_planner_plan_seconds_count"), "a cycle without a plan is none");
    assertEquals(0.05, value("eplb_planner_plan_seconds_sum"), 1e-9);
    assertEquals(1, value("eplb_planner_update_seconds_count"));
    assertEquals(3, value("eplb_planner_update_seconds_sum"), 1e-9);
  }

  @Test
  void everyOutcomeAndReasonHasACounterFromTheStart() {
    for (CycleOutcome outcome : CycleOutcome.values()) {
      assertEquals(0, value("eplb_planner_cycles_total{outcome=\"" + outcome + "\"}"));
    }
    for (AbortReason reason : AbortReason.values()) {
      assertEquals(
          0, value("eplb_planner_layers_aborted_total{reason=\"" + Words.of(reason) + "\"}"));
    }
  }
}
