package io.eplb.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.update.promise.RankGate.Phase;
import io.eplb.server.observe.AgentFigures;
import io.eplb.server.observe.SmallCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
  private static final String RANK = "rank=\"3\"}";

  private volatile AgentFigures now = SmallCluster.agent(Phase.PROMISED);
  private final AgentMetrics metrics = new AgentMetrics(() -> now);

  @AfterEach
  void close() {
    metrics.close();
  }

  private double value(String series) {
    return SeriesValue.of(metrics.scrape(), series);
  }

  @Test
  void aRankThatServesIsShown() {
    assertEquals(1, value("eplb_agent_serving{" + RANK));
    assertEquals(77, value("eplb_agent_incarnation{" + RANK));
    assertEquals(12, value("eplb_agent_version{" + RANK));
    assertEquals(900, value("eplb_agent_next_step{" + RANK));
    assertEquals(1, value("eplb_agent_gate{phase=\"promised\"," + RANK));
    assertEquals(0, value("eplb_agent_gate{phase=\"broken\"," + RANK));
    assertEquals(20, value("eplb_agent_promises_total{answer=\"given\"," + RANK));
    assertEquals(1, value("eplb_agent_promises_total{answer=\"refused\"," + RANK));
    assertEquals(2, value("eplb_agent_fence_waits_total{" + RANK));
    assertEquals(1.5, value("eplb_agent_fence_wait_seconds_total{" + RANK));
    assertEquals(30, value("eplb_agent_experts_received_total{" + RANK));
    assertEquals(30 * 1_024, value("eplb_agent_received_bytes_total{" + RANK));
    assertEquals(4, value("eplb_agent_receives_failed_total{" + RANK));
    assertEquals(5, value("eplb_agent_buffers_used{" + RANK));
    assertEquals(8, value("eplb_agent_buffers{" + RANK));
    assertEquals(1, value("eplb_agent_connection{" + RANK.replace("}", ",state=\"suspended\"}")));
    assertEquals(0, value("eplb_agent_connection{" + RANK.replace("}", ",state=\"connected\"}")));
  }

  @Test
  void aRankWithoutAnEngineShowsNoneOfItsFigures() {
    now = SmallCluster.agentWithoutEngine();
    assertEquals(0, value("eplb_agent_serving{" + RANK));
    assertTrue(Double.isNaN(value("eplb_agent_version{" + RANK)));
    assertTrue(Double.isNaN(value("eplb_agent_buffers{" + RANK)));
    assertEquals(0, value("eplb_agent_promises_total{answer=\"given\"," + RANK));
    for (Phase phase : Phase.values()) {
      assertEquals(
          0, value("eplb_agent_gate{phase=\"" + Words.of(phase) + "\"," + RANK), phase.toString());
    }
    assertEquals(1, value("eplb_agent_connection{" + RANK.replace("}", ",state=\"connected\"}")));
  }

  @Test
  void everyPhaseHasItsWord() {
    for (Phase phase : Phase.values()) {
      now = SmallCluster.agent(phase);
      assertEquals(
          1, value("eplb_agent_gate{phase=\"" + Words.of(phase) + "\"," + RANK), phase.toString());
    }
  }

  @Test
  void requestsAndTheJvmAreShown() {
    metrics.answered("/v1/rank/join", 200);
    metrics.answered("/v1/rank/join", 200);
    assertEquals(2, value("eplb_requests_total{route=\"/v1/rank/join\",status=\"200\"}"));
    assertTrue(metrics.scrape().contains("jvm_memory_used_bytes{"));
  }
}
