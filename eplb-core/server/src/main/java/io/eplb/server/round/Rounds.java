package io.eplb.server.round;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.planning.Planner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** The rounds of all groups. Thread-safe. */
public final class Rounds implements AutoCloseable {
  private final Planner planner;

  public Rounds(
      Planner planner,
      DecisionStore store,
      ServiceObserver observer,
      InstantSource clock,
      ScheduledExecutorService timer) {
    this.planner = planner;
  }

  /** Returns the decision of a round. */
  public CompletableFuture<PlanAnswer> ask(RankSeat seat, PlanAsk ask, Duration limit) {
    return planner.plan(ask);
  }

  /** Returns the newest decided rounds of a group, the newest first. */
  public List<RoundRecord> recent(String group) {
    return List.of();
  }

  @Override
  public void close() {}
}
