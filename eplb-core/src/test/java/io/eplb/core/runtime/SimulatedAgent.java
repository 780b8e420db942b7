package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.core.cluster.Member;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.GateShape;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.record.CommitRecord;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import io.eplb.core.update.promise.RankSettings;
import io.eplb.core.update.promise.RankSide;
import io.eplb.core.update.promise.RankStart;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One start of a rank: an engine with real bytes behind a real gate, and its agent. It checks every
 * byte that a step reads, and that all ranks run a step with one version.
 */
final class SimulatedAgent implements RankMeasures {
  private final int rank;
  private final InMemoryWeights weights;
  private final EngineGate engine;
  private final RankSide side;
  private final double[] tokens;
  private final Member member;
  private boolean alive = true;
  private long next;
  private long ended;

  /** True if the agent never answers a question for steps and loads. */
  boolean silent;

  /** True if such questions fail, as they do when it is dead. */
  boolean unreachable;

  /** True if questions for loads alone fail. */
  boolean withoutLoads;

  /** True if it takes part in no update. */
  boolean refusing;

  /**
   * Starts a rank from the record's table.
   *
   * @param fresh whether its memory has been lost
   */
  SimulatedAgent(
      int rank,
      long memberId,
      InMemoryWeights weights,
      CommitRecord record,
      HandDrivenThreads threads,
      long atLeast,
      boolean fresh) {
    RankStart start = RankStart.of(record, atLeast).toCompletableFuture().join();
    ExpertTable table = start.table();
    this.rank = rank;
    this.weights = weights;
    this.tokens = new double[table.layers() * table.experts()];
    if (fresh) {
      load(table);
    }
    GateMemory memory = GateMemory.inProcess(GateShape.of(table, rank));
    this.engine = new EngineGate(memory, weights, Runnable::run);
    AgentGate gate = new AgentGate(memory);
    this.next = start.firstStep();
    gate.start(table, next);
    engine.open(table, next);
    this.side =
        new RankSide(
            rank,
            engine.incarnation(),
            weights,
            gate,
            record,
            RankSettings.DEFAULT,
            threads.timeline());
    this.member = new Member(memberId, rank, table.ranks(), engine.incarnation(), "");
  }

  private void load(ExpertTable table) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        CompletableFuture<Void> loaded =
            weights.load(layer, table.expertAt(layer, rank, slot), rank, 0).toCompletableFuture();
        assertTrue(loaded.isDone());
        weights.exchange(layer, rank, slot, 0);
      }
    }
  }

  Member member() {
    return member;
  }

  boolean isAlive() {
    return alive;
  }

  long nextStep() {
    return next;
  }

  /** Dies: its memory is lost. */
  void kill() {
    alive = false;
    side.close();
    weights.fail(rank);
  }

  /**
   * Runs its next step, unless it has to wait.
   *
   * @param versions the version of each step, of all ranks
   * @param perStep the tokens of each expert in a step, layers × experts
   */
  void serve(Map<Long, Long> versions, double[] perStep) {
    ExpertTable table = alive ? engine.tryBegin(next) : null;
    if (table == null) {
      return;
    }
    Long seen = versions.putIfAbsent(next, table.version());
    if (seen != null) {
      assertEquals(seen, table.version(), () -> "the version of step " + next + ", rank " + rank);
    }
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        weights.read(table, layer, rank, slot);
        int expert = table.expertAt(layer, rank, slot);
        tokens[layer * table.experts() + expert] +=
            perStep[layer * table.experts() + expert] / table.replicaCount(layer, expert);
      }
    }
    engine.end(next);
    next++;
    ended++;
  }

  @Override
  public CompletionStage<RankSteps> steps() {
    return answer(
        new RankSteps(
            engine.incarnation(), List.of(new RankSteps.PhaseSteps(LoadPhase.ALL, ended))));
  }

  @Override
  public CompletionStage<RankLoads> loads() {
    if (withoutLoads) {
      return CompletableFuture.failedFuture(new IllegalStateException("the answer is lost"));
    }
    LoadRecording counted =
        LoadRecording.of(1, ClusterRig.LAYERS, ClusterRig.TOPOLOGY.experts(), tokens.clone());
    return answer(
        new RankLoads(engine.incarnation(), List.of(new MeasuredLoad(LoadPhase.ALL, counted))));
  }

  private <T> CompletionStage<T> answer(T value) {
    if (!alive || unreachable) {
      return CompletableFuture.failedFuture(new IllegalStateException("nobody answers"));
    }
    return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(value);
  }

  /** Returns the tokens of all experts in all layers, so far. */
  double[] tokens() {
    return tokens.clone();
  }

  /** Returns the access of a planner, whose requests a test may stop at. */
  RankConnection connection(Arrow arrow, Supplier<Boolean> plannerAlive) {
    return new RankConnection(
        new SteppedLink(side, arrow, () -> alive && plannerAlive.get(), () -> refusing), this);
  }

  /** Requests that a test may stop at. */
  private record SteppedLink(
      RankLink link, Arrow arrow, Supplier<Boolean> alive, Supplier<Boolean> refusing)
      implements RankLink {
    @Override
    public CompletionStage<Joined> join(long epoch, long firstNumber, long version) {
      if (refusing.get()) {
        return CompletableFuture.failedFuture(new IllegalStateException("not now"));
      }
      return arrow.pass("join", alive, () -> link.join(epoch, firstNumber, version));
    }

    @Override
    public CompletionStage<Void> prepare(long incarnation, Preparation preparation) {
      return arrow.pass("prepare", alive, () -> link.prepare(incarnation, preparation));
    }

    @Override
    public CompletionStage<Long> nextStep(long incarnation) {
      return arrow.pass("nextStep", alive, () -> link.nextStep(incarnation));
    }

    @Override
    public CompletionStage<Promise> promise(
        long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {
      return arrow.pass(
          "promise", alive, () -> link.promise(incarnation, name, layers, fence, digest));
    }

    @Override
    public CompletionStage<Void> outcome(
        long incarnation, SwitchName name, boolean committed, long version) {
      return arrow.pass(
          "outcome", alive, () -> link.outcome(incarnation, name, committed, version));
    }

    @Override
    public CompletionStage<Void> switched(long incarnation, long version) {
      return arrow.pass("switched", alive, () -> link.switched(incarnation, version));
    }

    @Override
    public CompletionStage<Void> release(long incarnation, long epoch, long number) {
      return arrow.pass("release", alive, () -> link.release(incarnation, epoch, number));
    }
  }
}
