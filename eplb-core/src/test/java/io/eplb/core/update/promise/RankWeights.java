package io.eplb.core.update.promise;

import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;

/**
 * The memory of a rank's engine as its agent uses it: copies read one word on their way and the
 * other at their end; they fail, are slow or never end. They die with the agent.
 */
final class RankWeights implements ExpertWeights {
  private final int rank;
  private final Cluster cluster;
  private final Party agent;
  private final AgentGate gate;
  private final SimulatedEngine engine;
  private final SimulatedMemory memory;

  /** Creates the view of an agent whose gate is attached to the engine that was started last. */
  RankWeights(int rank, Cluster cluster, Party agent, AgentGate gate) {
    this.rank = rank;
    this.cluster = cluster;
    this.agent = agent;
    this.gate = gate;
    this.engine = cluster.rank(rank).engine();
    this.memory = engine.memory();
  }

  @Override
  public int layers() {
    return memory.layers();
  }

  @Override
  public int ranks() {
    return cluster.ranks();
  }

  @Override
  public int slotsPerRank() {
    return memory.slots();
  }

  @Override
  public int buffersPerRank() {
    return memory.buffers();
  }

  @Override
  public long expertBytes() {
    return SimulatedMemory.EXPERT_BYTES;
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    Objects.checkIndex(layer, layers());
    Objects.checkIndex(sourceRank, ranks());
    Objects.checkIndex(sourceSlot, slotsPerRank());
    return copy(
        destinationRank,
        buffer,
        word -> {
          SimulatedEngine source = cluster.rank(sourceRank).engine();
          return source.isServing()
              ? OptionalLong.of(
                  source.memory().word(source.memory().slotWord(layer, sourceSlot, word)))
              : OptionalLong.empty();
        });
  }

  @Override
  public CompletionStage<Void> load(int layer, int expert, int destinationRank, int buffer) {
    Objects.checkIndex(layer, layers());
    return copy(
        destinationRank, buffer, word -> OptionalLong.of(SimulatedMemory.content(layer, expert)));
  }

  private CompletionStage<Void> copy(
      int destinationRank, int buffer, IntFunction<OptionalLong> source) {
    if (destinationRank != rank) {
      cluster
          .complaints()
          .add(agent, "the agent of rank " + rank + " writes to rank " + destinationRank);
    }
    if (memory.isWritten(buffer)) {
      cluster.complaints().add(agent, "two copies write to buffer " + buffer);
    }
    if (isPromised(buffer)) {
      cluster
          .complaints()
          .add(agent, "a copy writes to buffer " + buffer + ", which waits for its exchange");
    }
    Random random = cluster.random();
    Faults faults = cluster.faults();
    cluster.trace().add(agent, "copies to buffer " + buffer);
    CompletableFuture<Void> done = new CompletableFuture<>();
    memory.setWritten(buffer, true);
    long half =
        1L + random.nextInt(random.nextDouble() < faults.receiveIsSlow ? 8_000_000 : 200_000);
    boolean fails = random.nextDouble() < faults.receiveFails;
    boolean isWrong = random.nextDouble() < faults.receiveIsWrong;
    boolean isStuck = random.nextDouble() < faults.receiveNeverEnds;
    agent.schedule(() -> copyWord(0, buffer, source), Duration.ofNanos(half));
    Runnable end =
        () -> {
          boolean isDone = isWrong || (copyWord(1, buffer, source) && !fails);
          memory.setWritten(buffer, false);
          if (isDone) {
            done.complete(null);
          } else {
            done.completeExceptionally(new IllegalStateException("half of it is missing"));
          }
        };
    Runnable endLater = () -> agent.schedule(end, Duration.ofNanos(2 * half));
    if (isStuck) {
      cluster.whenFaultsEnd(endLater);
    } else {
      endLater.run();
    }
    return done;
  }

  /** Returns whether a promise of the living engine needs what is in a buffer. */
  private boolean isPromised(int buffer) {
    if (engine.needsRestart() || gate.engineState() != EngineState.SERVING) {
      return false;
    }
    RankGate.Pending pending = gate.view().pending();
    return pending != null
        && pending.change().layers().stream()
            .flatMap(layer -> layer.exchanges().stream())
            .anyMatch(exchange -> exchange.buffer() == buffer);
  }

  private boolean copyWord(int word, int buffer, IntFunction<OptionalLong> source) {
    OptionalLong content = source.apply(word);
    content.ifPresent(value -> memory.write(memory.bufferWord(buffer, word), value));
    return content.isPresent();
  }

  @Override
  public void verify(int layer, int expert, int destinationRank, int buffer) {
    long right = SimulatedMemory.content(layer, expert);
    for (int word = 0; word < 2; word++) {
      if (memory.word(memory.bufferWord(buffer, word)) != right) {
        throw new IllegalStateException("buffer " + buffer + " does not hold expert " + expert);
      }
    }
  }

  @Override
  public void exchange(int layer, int destinationRank, int slot, int buffer) {
    cluster.complaints().add(agent, "the agent of rank " + rank + " exchanges slots by itself");
  }
}
