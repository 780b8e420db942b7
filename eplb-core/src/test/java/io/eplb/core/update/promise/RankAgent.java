package io.eplb.core.update.promise;

import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.SwitchName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The agent of one rank, from its start to its death: attaches to the engine, gives a new one the
 * record's table, and takes part in updates.
 */
final class RankAgent {
  private final int rank;
  private final Cluster cluster;
  private final GateMemory gateMemory;
  private final Party party;
  private final RecordClient record;
  private @Nullable AgentGate gate;
  private @Nullable CompletableFuture<RecordedTable> start;
  private @Nullable RankSide side;

  RankAgent(int rank, Cluster cluster, GateMemory gateMemory) {
    this.rank = rank;
    this.cluster = cluster;
    this.gateMemory = gateMemory;
    this.party = new Party("rank " + rank, cluster.time(), cluster.random());
    this.record = cluster.connect(party);
    look();
  }

  private void look() {
    AgentGate attached = gate;
    if (attached == null || attached.engineState() == EngineState.RESTARTED) {
      attach();
    } else if (attached.engineState() == EngineState.STARTING) {
      giveTable(attached);
    } else if (attached.engineState() == EngineState.SERVING && side == null) {
      serve(attached);
    }
    party.schedule(this::look, cluster.rankSettings().look());
  }

  private void attach() {
    RankSide before = side;
    if (before != null) {
      before.close();
      cluster.rank(rank).setMember(null);
    }
    side = null;
    start = null;
    gate = new AgentGate(gateMemory);
  }

  /** Gives the table, once the record has told it. */
  private void giveTable(AgentGate attached) {
    CompletableFuture<RecordedTable> told = start;
    if (told == null) {
      CompletableFuture<RecordedTable> asked = new CompletableFuture<>();
      start = asked;
      ask(asked);
    } else if (told.isDone()) {
      RecordedTable recorded = told.join();
      long first =
          Math.max(
              Math.max(recorded.entry().fence(), attached.nextStep()),
              cluster.firstStepOfNewcomer());
      cluster
          .arrows()
          .cross(
              party,
              "gate: start with step " + first,
              () -> {
                if (party.isAlive()) {
                  attached.start(recorded.table(), first);
                }
              });
    }
  }

  private void ask(CompletableFuture<RecordedTable> told) {
    record
        .read()
        .thenCompose(this::decided)
        .thenCompose(entry -> record.table())
        .thenAccept(told::complete);
    party.schedule(
        () -> {
          if (!told.isDone()) {
            ask(told);
          }
        },
        cluster.rankSettings().patience());
  }

  private CompletionStage<RecordEntry> decided(RecordEntry entry) {
    SwitchName name = entry.lastSwitch();
    return entry.state() == RecordEntry.State.PROPOSED && name != null
        ? record.resolve(name)
        : CompletableFuture.completedFuture(entry);
  }

  private void serve(AgentGate attached) {
    RankWeights memory = new RankWeights(rank, cluster, party, attached);
    ReachedGate own = new ReachedGate(attached, party, cluster.arrows(), cluster.complaints());
    side =
        new RankSide(
            rank, attached.incarnation(), memory, own, record, cluster.rankSettings(), party);
    cluster.rank(rank).setMember(this);
  }

  Party party() {
    return party;
  }

  /** Returns its side in updates; null while the engine does not serve. */
  @Nullable RankSide side() {
    return side;
  }
}
