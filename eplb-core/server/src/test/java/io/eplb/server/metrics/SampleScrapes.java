package io.eplb.server.metrics;

import io.eplb.core.update.promise.RankGate;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.SmallCluster;
import io.eplb.server.observe.SmallPlans;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The figures of processes in which everything has happened once. */
final class SampleScrapes {
  private SampleScrapes() {}

  static String service() {
    try (ServiceMetrics metrics = new ServiceMetrics()) {
      metrics.planned(
          SmallPlans.of(
              "a",
              "2x4",
              1,
              PlanRecord.Outcome.CHANGED,
              "",
              List.of(new RejectedLayer(0, "P4", "…"))));
      metrics.roundDecided(
          new RoundRecord("a", 1, Instant.EPOCH, 2, true, true, List.of(), List.of(), ""));
      metrics.answered("/metrics", 200);
      metrics.watch(() -> 1, () -> 1);
      return metrics.scrape(true);
    }
  }

  /** Returns the figures of an agent and of a planner. */
  static String processes() {
    try (AgentMetrics agent = new AgentMetrics(() -> SmallCluster.agent(RankGate.Phase.OPEN));
        PlannerMetrics planner =
            new PlannerMetrics(() -> SmallCluster.leading(List.of(1), Optional.empty()))) {
      agent.answered("/metrics", 200);
      planner.cycleEnded(SmallCluster.partlyCommitted());
      planner.answered("/metrics", 200);
      return agent.scrape() + planner.scrape();
    }
  }
}
