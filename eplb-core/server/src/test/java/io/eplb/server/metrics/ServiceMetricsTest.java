package io.eplb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RecentGroups;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.SmallPlans;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceMetricsTest {
  private static final String MODEL = "{group=\"a\",model=\"2x4\"";

  private final ServiceMetrics metrics = new ServiceMetrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void aPlanIsShownByGroupAndModel() {
    metrics.planned(SmallPlans.of("a", "2x4", 1));
    metrics.planned(SmallPlans.of("a", "2x4", 2));

    assertEquals(1.125, value("eplb_par_predicted{group=\"a\",layers=\"mean\",model=\"2x4\"}"));
    assertEquals(1.25, value("eplb_par_predicted{group=\"a\",layers=\"max\",model=\"2x4\"}"));
    assertEquals(1.25, value("eplb_par_measured{group=\"a\",layers=\"mean\",model=\"2x4\"}"));
    assertEquals(1.5, value("eplb_par_measured{group=\"a\",layers=\"p95\",model=\"2x4\"}"));
    assertEquals(0.9, value("eplb_balancedness_predicted" + MODEL + "}"));
    assertEquals(0.8, value("eplb_balancedness_measured" + MODEL + "}"));
    assertEquals(1, value("eplb_dispatch{dispatch=\"even\",group=\"a\",model=\"2x4\"}"));
    assertEquals(0, value("eplb_dispatch{dispatch=\"lp\",group=\"a\",model=\"2x4\"}"));
    assertEquals(2, value("eplb_history_windows" + MODEL + "}"));
    assertEquals(6, value("eplb_experts_moved_total" + MODEL + "}"));
    assertEquals(2, value("eplb_plans_total" + MODEL + ",outcome=\"changed\"}"));
    assertEquals(0, value("eplb_plans_total" + MODEL + ",outcome=\"unchanged\"}"));
    assertEquals(2, value("eplb_plan_seconds_count" + MODEL + "}"));
    assertEquals(0.05, value("eplb_plan_seconds_sum" + MODEL + "}"), 1e-9);
    assertEquals(0, value("eplb_plan_seconds_bucket" + MODEL + ",le=\"0.01\"}"));
    assertEquals(2, value("eplb_plan_seconds_bucket" + MODEL + ",le=\"0.1\"}"));
  }

  @Test
  void whatIsNotMeasuredYetIsNaN() {
    metrics.planned(SmallPlans.of("a", "2x4", 1));

    assertTrue(Double.isNaN(value("eplb_par_measured{group=\"a\",layers=\"mean\",model=\"2x4\"}")));
    assertTrue(Double.isNaN(value("eplb_balancedness_measured" + MODEL + "}")));
  }

  @Test
  void failuresAreCountedByFewWords() {
    fail("policy mine: P8: no answer within 30 s (the answer comes before the deadline)");
    fail(
        "policy mine: P3, layer 4: expert 7 is lost (every logical expert is placed at least once)");
    fail(
        "policy mine is switched off after 3 rejected plans in a row; the last one: policy mine: P8: …");
    fail("policy mine failed: P8: a text that only looks like a rule");
    fail("");

    assertEquals(1, value("eplb_policy_failures_total" + MODEL + ",reason=\"deadline\"}"));
    assertEquals(1, value("eplb_policy_failures_total" + MODEL + ",reason=\"contract\"}"));
    assertEquals(1, value("eplb_policy_failures_total" + MODEL + ",reason=\"switched-off\"}"));
    assertEquals(2, value("eplb_policy_failures_total" + MODEL + ",reason=\"error\"}"));
    assertEquals(5, value("eplb_plans_total" + MODEL + ",outcome=\"policy-failed\"}"));
  }

  @Test
  void rejectedLayersAreCountedByRule() {
    metrics.planned(
        SmallPlans.of(
            "a",
            "2x4",
            1,
            PlanRecord.Outcome.CHANGED,
            "",
            List.of(
                new RejectedLayer(0, "P4", "…"),
                new RejectedLayer(1, "P4", "…"),
                new RejectedLayer(2, "P6", "…"))));

    assertEquals(2, value("eplb_layers_rejected_total" + MODEL + ",rule=\"P4\"}"));
    assertEquals(1, value("eplb_layers_rejected_total" + MODEL + ",rule=\"P6\"}"));
  }

  @Test
  void roundsAreCountedByOutcome() {
    metrics.roundDecided(round("a", true, true, List.of(), List.of()));
    metrics.roundDecided(round("a", true, false, List.of(), List.of()));
    metrics.roundDecided(round("a", false, false, List.of(1, 2), List.of(3)));

    assertEquals(1, value("eplb_rounds_total{group=\"a\",outcome=\"changed\"}"));
    assertEquals(1, value("eplb_rounds_total{group=\"a\",outcome=\"unchanged\"}"));
    assertEquals(1, value("eplb_rounds_total{group=\"a\",outcome=\"divided\"}"));
    assertEquals(2, value("eplb_ranks_missing_total{group=\"a\"}"));
    assertEquals(1, value("eplb_ranks_different_total{group=\"a\"}"));
  }

  @Test
  void requestsAndWhatIsHeldAreShown() {
    int[] waiting = {7};
    metrics.watch(() -> waiting[0], () -> 4096);
    metrics.answered("/v1/groups/{group}/plan", 200);
    metrics.answered("/v1/groups/{group}/plan", 200);

    assertEquals(7, value("eplb_requests_waiting"));
    assertEquals(4096, value("eplb_body_bytes"));
    assertEquals(2, value("eplb_requests_total{route=\"/v1/groups/{group}/plan\",status=\"200\"}"));
    assertTrue(metrics.scrape(false).contains("jvm_memory_used_bytes{"));
    assertTrue(metrics.scrape(false).contains("jvm_threads_live_threads "));
  }

  @Test
  void theLoadOfSingleRanksIsWrittenOnRequestAlone() {
    metrics.planned(SmallPlans.of("a", "2x4", 1));

    assertFalse(metrics.scrape(false).contains("eplb_rank_load_ratio"));
    String heat =
        "eplb_rank_load_ratio{group=\"a\",model=\"2x4\",table=\"before\",layer=\"0\",rank=";
    assertTrue(metrics.scrape(true).contains(heat + "\"0\"} 1.5\n" + heat + "\"1\"} 0.5\n"));
  }

  @Test
  void whatIsForgottenLosesItsSeries() {
    metrics.planned(SmallPlans.of("a", "2x4", 1));
    metrics.planned(SmallPlans.of("a", "3x4", 1));
    metrics.planned(SmallPlans.of("b", "2x4", 1));
    metrics.roundDecided(round("a", true, true, List.of(), List.of()));

    metrics.modelForgotten("a", "2x4");
    assertFalse(metrics.scrape(true).contains("group=\"a\",model=\"2x4\""));
    assertTrue(metrics.scrape(true).contains("group=\"a\",model=\"3x4\""));

    metrics.groupForgotten("a");
    assertFalse(metrics.scrape(true).contains("group=\"a\""));
    assertTrue(metrics.scrape(true).contains("group=\"b\""));

    metrics.planned(SmallPlans.of("a", "2x4", 3));
    assertEquals(1, value("eplb_plans_total" + MODEL + ",outcome=\"changed\"}"));
  }

  @Test
  void thousandsOfNamesLeaveNoMoreSeriesThanSixtyFourGroups() {
    RecentGroups bounded = new RecentGroups(metrics);
    for (int group = 0; group < 2_000; group++) {
      bounded.planned(SmallPlans.of("g" + group, "2x" + group % 3, 1));
      bounded.roundDecided(round("g" + group, true, true, List.of(), List.of()));
    }

    long groups =
        metrics
            .scrape(false)
            .lines()
            .filter(line -> line.startsWith("eplb_ranks_missing_total{"))
            .count();
    long plans =
        metrics
            .scrape(false)
            .lines()
            .filter(line -> line.startsWith("eplb_experts_moved_total{"))
            .count();
    assertEquals(RecentGroups.MOST_GROUPS, groups);
    assertEquals(RecentGroups.MOST_GROUPS, plans);
  }

  @Test
  void balancednessSaysWhatItIs() {
    metrics.planned(SmallPlans.of("a", "2x4", 1));

    assertTrue(
        metrics
            .scrape(false)
            .lines()
            .anyMatch(line -> line.startsWith("# HELP eplb_balancedness_measured Mean / max of ")));
  }

  private void fail(String reason) {
    metrics.planned(
        SmallPlans.of("a", "2x4", 1, PlanRecord.Outcome.POLICY_FAILED, reason, List.of()));
  }

  private double value(String series) {
    return SeriesValue.of(metrics.scrape(false), series);
  }

  private static RoundRecord round(
      String group,
      boolean unanimous,
      boolean changed,
      List<Integer> missing,
      List<Integer> different) {
    return new RoundRecord(group, 1, Instant.EPOCH, 8, unanimous, changed, missing, different, "");
  }
}
