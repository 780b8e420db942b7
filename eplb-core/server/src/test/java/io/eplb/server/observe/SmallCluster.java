package io.eplb.server.observe;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.cluster.Connection;
import io.eplb.core.contract.PolicyState;
import io.eplb.core.engine.shared.FenceWaits;
import io.eplb.core.runtime.ClusterState;
import io.eplb.core.runtime.CycleOutcome;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.RuntimePhase;
import io.eplb.core.runtime.RuntimeState;
import io.eplb.core.update.AbortReason;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.LayerProgress;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.promise.RankFigures;
import io.eplb.core.update.promise.RankGate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An agent and a planner of a group of four ranks, in the middle of their work. */
public final class SmallCluster {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(8, 4, 1, 1, 0);

  private SmallCluster() {}

  /** Returns the agent of rank 3, which serves. */
  public static AgentFigures agent(RankGate.Phase phase) {
    return new AgentFigures(
        3,
        Connection.SUSPENDED,
        Optional.of(
            new AgentFigures.Serving(
                77,
                new RankGate.Status(phase, 12, 900, false, ""),
                new FenceWaits(2, 1_500_000_000),
                new RankFigures(20, 1, 30, 4, 5),
                8,
                1_024)));
  }

  /** Returns the same agent while its rank does not serve. */
  public static AgentFigures agentWithoutEngine() {
    return new AgentFigures(3, Connection.CONNECTED, Optional.empty());
  }

  /** Returns a planner that stands by. */
  public static PlannerFigures standingBy() {
    return new PlannerFigures(Connection.CONNECTED, Optional.empty());
  }

  /** Returns a planner that leads. */
  public static PlannerFigures leading(List<Integer> away, Optional<String> whyStopped) {
    return new PlannerFigures(
        Connection.CONNECTED,
        Optional.of(
            new ClusterState(
                6,
                away,
                new RuntimeState(
                    RuntimePhase.REPAIRING,
                    12,
                    9,
                    Optional.empty(),
                    5_000,
                    5_000,
                    300,
                    400,
                    List.of(),
                    false,
                    3,
                    whyStopped,
                    Optional.empty(),
                    new PolicyState("default", 0, List.of(), false),
                    EpRanks.nominal(TOPOLOGY),
                    Optional.empty(),
                    Optional.empty(),
                    List.of()))));
  }

  /** Returns a cycle in which two of three layers were switched, at the third attempt. */
  public static CycleReport partlyCommitted() {
    return new CycleReport(
        9,
        CycleOutcome.PARTLY_COMMITTED,
        "",
        12,
        Optional.of(
            new CycleReport.Balance(
                Dispatch.EVEN,
                new BalanceSummary(1.5, 1.75, 2),
                new BalanceSummary(1.125, 1.25, 1.375))),
        Optional.empty(),
        Optional.empty(),
        5,
        1,
        17,
        Duration.ofMillis(50),
        Optional.of(
            new UpdateReport(
                10,
                12,
                List.of(
                    new LayerProgress(0, LayerPhase.COMMITTED, 1, null, ""),
                    new LayerProgress(2, LayerPhase.COMMITTED, 1, null, ""),
                    new LayerProgress(
                        1, LayerPhase.ABORTED, 0, AbortReason.TRANSFER_TIMEOUT, "late")),
                20,
                1,
                21_504,
                Duration.ofSeconds(3),
                0,
                Duration.ZERO,
                Duration.ZERO,
                2,
                14)));
  }

  /** Returns a cycle without a plan. */
  public static CycleReport nothingMeasured() {
    return new CycleReport(
        10,
        CycleOutcome.NOTHING_MEASURED,
        "",
        12,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        Duration.ZERO,
        Optional.empty());
  }
}
