package io.eplb.core.update.promise;

import io.eplb.core.engine.shared.GateMemory;
import org.jspecify.annotations.Nullable;

/** One rank: an engine and the agent beside it, each of which may die and be started again. */
final class RankProcess {
  private final int rank;
  private final Cluster cluster;
  private final GateMemory gateMemory;

  /** A file, which outlives engine and agent. */
  private final SimulatedMemory memory;

  private SimulatedEngine engine;
  private RankAgent agent;
  private @Nullable RankAgent member;

  /** Starts an engine and its agent. */
  RankProcess(int rank, Cluster cluster, GateMemory gateMemory) {
    this.rank = rank;
    this.cluster = cluster;
    this.gateMemory = gateMemory;
    this.memory = new SimulatedMemory(cluster.layers(), cluster.slots(), cluster.buffers());
    this.engine = new SimulatedEngine(rank, cluster, gateMemory, memory);
    this.agent = new RankAgent(rank, cluster, gateMemory);
  }

  void killEngine() {
    engine.party().die();
  }

  void killAgent() {
    RankAgent dead = agent;
    dead.party().die();
    after(cluster.sessionNanos(), () -> giveUp(dead));
    memory.endAllWrites(); // The agent's copies die with it.
  }

  /** Stops the agent for a while. If its session expires meanwhile, it joins again afterwards. */
  void stopAgent(long nanos) {
    RankAgent stopped = agent;
    stopped.party().standStill(nanos);
    long session = cluster.sessionNanos();
    if (session < nanos) {
      after(session, () -> giveUp(stopped));
      after(nanos, () -> joinAgain(stopped));
    }
  }

  private void after(long nanos, Runnable event) {
    cluster.time().at(cluster.time().nanoTime() + nanos, event);
  }

  private void giveUp(RankAgent expired) {
    if (member == expired) {
      member = null;
    }
  }

  private void joinAgain(RankAgent awake) {
    if (agent == awake && awake.party().isAlive() && awake.side() != null) {
      member = awake;
    }
  }

  /** Starts what is dead or stopped. */
  void restart() {
    if (engine.needsRestart()) {
      killEngine();
      engine = new SimulatedEngine(rank, cluster, gateMemory, memory);
    }
    if (!agent.party().isAlive()) {
      agent = new RankAgent(rank, cluster, gateMemory);
    }
  }

  boolean needsRestart() {
    return engine.needsRestart() || !agent.party().isAlive();
  }

  /** Returns the engine that was started last. */
  SimulatedEngine engine() {
    return engine;
  }

  /** Returns the agent that was started last. */
  RankAgent agent() {
    return agent;
  }

  /** Returns the agent that is a member of the group; null if there is none. */
  @Nullable RankAgent member() {
    return member;
  }

  /** Makes an agent a member, or no longer, until it is dead and its session is over. */
  void setMember(@Nullable RankAgent newMember) {
    member = newMember;
  }

  /** Returns the side of its agent that takes part in updates; null if there is none. */
  @Nullable RankSide side() {
    return agent.party().isAlive() ? agent.side() : null;
  }

  @Override
  public String toString() {
    return "rank " + rank;
  }
}
