package io.eplb.core.update.promise;

import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.engine.shared.GateMemory;
import java.util.concurrent.CompletableFuture;
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
  private @Nullable CompletableFuture<RankStart> start;
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
    if (attached == null) {
      attach();
    } else if (attached.engineState() == EngineState.RESTARTED) {
      attachAnew();
    } else if (attached.engineState() == EngineState.STARTING) {
      giveTable(attached);
    } else if (attached.engineState() == EngineState.SERVING && side == null) {
      serve(attached);
    }
    party.schedule(this::look, cluster.rankSettings().look());
  }

  private void attach() {
    side = null;
    start = null;
    gate = new AgentGate(gateMemory);
  }

  /** Attaches to the next start of the engine, when nothing writes to its memory any more. */
  private void attachAnew() {
    RankSide before = side;
    if (before == null) {
      attach();
      return;
    }
    cluster.rank(rank).setMember(null);
    before.close();
    if (before.closed().toCompletableFuture().isDone()) {
      attach();
    }
  }

  /** Gives the table, once the record has told it. */
  private void giveTable(AgentGate attached) {
    CompletableFuture<RankStart> told = start;
    if (told == null) {
      CompletableFuture<RankStart> asked = new CompletableFuture<>();
      start = asked;
      ask(attached, asked);
    } else if (told.isDone()) {
      RankStart recorded = told.join();
      long first = Math.max(recorded.firstStep(), cluster.firstStepOfNewcomer());
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

  private void ask(AgentGate attached, CompletableFuture<RankStart> told) {
    RankStart.of(record, attached.nextStep()).thenAccept(told::complete);
    party.schedule(
        () -> {
          if (!told.isDone()) {
            ask(attached, told);
          }
        },
        cluster.rankSettings().patience());
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
