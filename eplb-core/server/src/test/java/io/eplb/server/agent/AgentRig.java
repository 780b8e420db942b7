package io.eplb.server.agent;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.update.promise.RankSettings;
import io.eplb.server.cluster.LocalCluster;
import io.eplb.server.cluster.RunningProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** A group of ranks in this JVM: agents as threads, engines by hand. */
final class AgentRig implements AutoCloseable {
  static final int LAYERS = 2;
  static final int BUFFERS = 4;
  static final int EXPERT_BYTES = 64;
  static final String ADDRESS = "http://127.0.0.1:1";

  /** Never over where all ranks come. */
  static final Duration AGES = Duration.ofHours(1);

  final LocalCluster cluster = new LocalCluster();
  final EpTopology topology;
  final ExpertTable first;
  final WeightsShape shape;
  final SharedFolder folder;
  private final Deque<Runnable> opened = new ArrayDeque<>();

  AgentRig(Path path, int ranks) {
    topology = EpTopology.withRedundantExperts(2 * ranks, ranks, 1, 1, ranks);
    first = ExpertTable.initial(LAYERS, topology);
    shape = WeightsShape.of(first, BUFFERS, EXPERT_BYTES);
    folder = new SharedFolder(path);
  }

  /**
   * An agent that runs.
   *
   * @param agent the agent
   * @param process its thread
   * @param access its access to the group
   */
  record Running(RankAgent agent, RunningProcess process, LocalCluster.Access access) {
    /** Waits until the rank serves and is a member. */
    Running awaitServing(LocalCluster cluster) throws InterruptedException {
      process.await(
          () ->
              agent.whyUnserved().isEmpty()
                  && cluster.members().stream()
                      .anyMatch(
                          member ->
                              member.rank() == agent.figures().rank()
                                  && member.incarnation() == incarnation()));
      return this;
    }

    long incarnation() {
      return agent.figures().serving().map(rank -> rank.incarnation()).orElse(-1L);
    }
  }

  Running startAgent(int rank) {
    return startAgent(rank, first, AGES);
  }

  Running startAgent(int rank, ExpertTable table, Duration startLimit) {
    LocalCluster.Access access = cluster.access();
    CompletableFuture<RankAgent> made = new CompletableFuture<>();
    RunningProcess process =
        new RunningProcess(
            "agent-" + rank,
            patience -> {
              RankAgent agent =
                  new RankAgent(
                      new AgentSettings(
                          rank, topology, table, folder, shape, RankSettings.DEFAULT, startLimit),
                      access,
                      patience);
              made.complete(agent);
              agent.run(ADDRESS);
            });
    opened.push(process::close);
    return new Running(made.join(), process, access);
  }

  HandDrivenEngine startEngine(int rank) {
    HandDrivenEngine engine = new HandDrivenEngine(folder, shape, rank);
    opened.push(engine::close);
    return engine;
  }

  /** Starts an engine and waits until its agent has given it the table; it serves then. */
  HandDrivenEngine startServing(int rank, Running agent) throws InterruptedException {
    HandDrivenEngine engine = startEngine(rank);
    agent.process().await(engine::hasTable);
    engine.serve();
    agent.process().await(() -> agent.incarnation() == engine.gate.incarnation());
    return engine;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      opened.pop().run();
    }
    cluster.close();
  }
}
