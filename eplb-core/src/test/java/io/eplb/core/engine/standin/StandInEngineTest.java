package io.eplb.core.engine.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.TokenCounts;
import io.eplb.core.lock.ProcessLock;
import io.eplb.core.update.promise.RankGate.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandInEngineTest {
  @TempDir Path path;

  private @Nullable Thread thread;
  private volatile @Nullable Throwable ended;

  private SharedFolder folder() {
    return new SharedFolder(path.resolve("shared"));
  }

  private StandInEngine engine() {
    return OneRank.engine(folder(), path.resolve("logs"));
  }

  private AgentGate start() {
    GateMemory.createOrOpen(folder().gate(0), OneRank.SHAPE.gate(0));
    Thread started =
        new Thread(
            () -> {
              try {
                engine().serve();
              } catch (Throwable thrown) {
                ended = thrown;
              }
            });
    thread = started;
    started.start();
    AgentGate agent = OneRank.start(folder(), 100, started::isAlive);
    OneRank.await(() -> agent.engineState() == EngineState.SERVING, started::isAlive);
    return agent;
  }

  private Throwable stop() throws InterruptedException {
    Thread running = Objects.requireNonNull(thread);
    running.interrupt();
    running.join();
    return Objects.requireNonNull(ended);
  }

  @AfterEach
  void end() throws InterruptedException {
    if (thread != null) {
      stop();
    }
  }

  private boolean alive() {
    return ended == null;
  }

  @Test
  void anEngineServesSwitchesAndLogsThem() throws InterruptedException {
    AgentGate agent = start();
    TokenCounts counts = TokenCounts.open(folder().tokens(0), OneRank.SHAPE.gate(0));
    SharedWeights weights = SharedWeights.open(folder(), OneRank.SHAPE, 0, Runnable::run);
    for (long version = 1; version <= 20; version++) {
      OneRank.prepare(weights, version);
      while (!agent.promise(OneRank.change(version), agent.nextStep() + 3)) {
        Thread.onSpinWait();
      }
      agent.commit();
      OneRank.await(() -> agent.status().phase() == Phase.OPEN, this::alive);
    }
    assertTrue(ProcessLock.isHeld(folder().engineLock(0)));
    assertThrows(InvalidInputException.class, () -> engine().serve());
    assertInstanceOf(InterruptedException.class, stop());
    StepLogCheck.Result result = StepLogCheck.check(path.resolve("logs"), 1, List.of());
    assertEquals(List.of(), result.faults());
    assertTrue(result.versions() >= 20 && result.steps() == agent.endedBelow() - 100);
    assertEquals(
        result.steps() * OneRank.TOKENS_PER_STEP,
        Arrays.stream(counts.totals(agent.incarnation()).orElseThrow()).sum());
    weights.verify(agent.view().table());
  }

  @Test
  void aWrongByteBreaksTheGateAndIsNamed() throws InterruptedException, IOException {
    AgentGate agent = start();
    try (var file =
        Files.newByteChannel(folder().weights(0), java.nio.file.StandardOpenOption.WRITE)) {
      file.position(file.size() - (OneRank.SLOTS + 1) * OneRank.EXPERT_BYTES);
      file.write(java.nio.ByteBuffer.allocate(8));
    }
    OneRank.await(() -> agent.status().phase() == Phase.BROKEN, () -> true);
    String reason = agent.status().reason();
    assertTrue(reason.contains("slot 4: the weights are those of no expert"), reason);
    Objects.requireNonNull(thread).join();
    assertInstanceOf(InternalException.class, ended);
    assertNotNull(agent.view().table());
  }

  @Test
  void anEngineThatStartsAnewGetsItsTableAgain() throws InterruptedException {
    AgentGate first = start();
    OneRank.await(() -> first.nextStep() > 105, this::alive);
    stop();
    ended = null;
    AgentGate second = start();
    OneRank.await(() -> second.nextStep() > 120, this::alive);
    assertEquals(EngineState.RESTARTED, first.engineState());
    assertEquals(0, second.view().table().version());
    stop();
    StepLogCheck.Result result = StepLogCheck.check(path.resolve("logs"), 1, List.of());
    assertEquals(List.of(), result.faults());
    assertEquals(2, result.starts());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(
        InvalidInputException.class,
        () ->
            new StandInEngine(
                folder(), OneRank.SHAPE, 0, OneRank.recording(3), Duration.ZERO, 0, path));
    assertThrows(
        InvalidInputException.class,
        () ->
            new StandInEngine(
                folder(),
                OneRank.SHAPE,
                0,
                OneRank.recording(OneRank.LAYERS),
                Duration.ofMillis(-1),
                0,
                path));
  }
}
