package io.eplb.core.engine.standin;

import io.eplb.api.InvalidInputException;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.GateShape;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.TokenCounts;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.lock.ProcessLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;

/**
 * The engine of one rank, in place of a real one: it takes its table from its agent, loads the
 * experts, and serves steps until it is interrupted or its gate is broken.
 *
 * @param folder the folder that it shares with its agent
 * @param shape the sizes of the ranks' memories
 * @param rank its rank
 * @param recording the load; its layers and experts are those of the shape
 * @param stepTime the time from step to step; 0 for as fast as possible
 * @param origin the time of step 0 by {@link System#nanoTime}, the same for all ranks of the
 *     machine; a rank that is behind goes faster
 * @param logs the folder of the logs of steps
 */
public record StandInEngine(
    SharedFolder folder,
    WeightsShape shape,
    int rank,
    LoadRecording recording,
    Duration stepTime,
    long origin,
    Path logs) {
  private static final int STEPS_IN_FLIGHT = 2;

  /**
   * Checks the values.
   *
   * @throws InvalidInputException if they do not fit each other
   */
  public StandInEngine {
    if (recording.layers() != shape.layers() || recording.experts() != shape.experts()) {
      throw new InvalidInputException(
          "the recording has %d layers of %d experts; the engine has %d of %d"
              .formatted(recording.layers(), recording.experts(), shape.layers(), shape.experts()));
    }
    if (stepTime.isNegative()) {
      throw new InvalidInputException("a step takes " + stepTime + "; it must be 0 or more");
    }
  }

  /**
   * Starts the engine and serves.
   *
   * @throws InterruptedException if the thread is interrupted: the engine ends
   * @throws InvalidInputException if another engine of the rank is running, or a file cannot be
   *     used
   * @throws io.eplb.api.InternalException if the gate is broken, or a step has read a wrong byte
   */
  @SuppressWarnings("try") // The lock is held, not used.
  public void serve() throws InterruptedException {
    GateShape gateShape = shape.gate(rank);
    try (ProcessLock lock =
        ProcessLock.take(folder.engineLock(rank), "the engine of rank " + rank)) {
      // All files before the gate: a full disk is found before an agent sees a start.
      SharedWeights weights = SharedWeights.createOrOpen(folder, shape, rank, Runnable::run);
      GateMemory memory = GateMemory.createOrOpen(folder.gate(rank), gateShape);
      EngineGate gate = new EngineGate(memory, weights, ForkJoinPool.commonPool());
      TokenCounts counts = TokenCounts.start(folder.tokens(rank), gateShape, gate.incarnation());
      EngineGate.StartTable start = gate.awaitStart();
      weights.load(start.table());
      serve(gate, weights, counts, start);
    }
  }

  private void serve(
      EngineGate gate, SharedWeights weights, TokenCounts counts, EngineGate.StartTable start)
      throws InterruptedException {
    ExecutorService steps = Executors.newFixedThreadPool(STEPS_IN_FLIGHT);
    try (StepLog log = StepLog.create(logs, rank, start.firstStep(), start.table().version())) {
      gate.open(start.table(), start.firstStep());
      new EngineLoop(
              gate,
              rank,
              weights,
              counts,
              recording,
              log,
              stepTime.isZero() ? Pace.unlimited() : Pace.every(stepTime, origin, System::nanoTime),
              steps,
              STEPS_IN_FLIGHT)
          .run(start.firstStep(), EngineGate.MAX_STEPS);
    } finally {
      steps.shutdown();
    }
  }
}
