package io.eplb.server.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.GateShape;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.TokenCounts;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.lock.ProcessLock;
import java.util.Objects;

/** One start of a rank's engine, which does what the test says. */
final class HandDrivenEngine implements AutoCloseable {
  final EngineGate gate;
  final SharedWeights weights;
  final TokenCounts counts;
  private final ProcessLock lock;
  private long next;

  HandDrivenEngine(SharedFolder folder, WeightsShape shape, int rank) {
    GateShape gateShape = shape.gate(rank);
    lock = ProcessLock.take(folder.engineLock(rank), "the engine of rank " + rank);
    weights = SharedWeights.createOrOpen(folder, shape, rank, Runnable::run);
    gate =
        new EngineGate(
            GateMemory.createOrOpen(folder.gate(rank), gateShape), weights, Runnable::run);
    counts = TokenCounts.start(folder.tokens(rank), gateShape, gate.incarnation());
  }

  /** Returns whether the agent has given the engine its table. */
  boolean hasTable() {
    return gate.tryStart().isPresent();
  }

  /** Loads the table that the agent has given, and serves. */
  HandDrivenEngine serve() {
    EngineGate.StartTable start = gate.tryStart().orElseThrow();
    weights.load(start.table());
    gate.open(start.table(), start.firstStep());
    next = start.firstStep();
    return this;
  }

  long nextStep() {
    return next;
  }

  /** Runs a step unless it waits at a fence; returns whether it has run. */
  boolean tryStep() {
    boolean begun = gate.tryBegin(next) != null;
    if (begun) {
      gate.end(next++);
    }
    return begun;
  }

  /** Runs a step, which does not wait, and returns its table. */
  ExpertTable step() {
    assertTrue(tryStep(), () -> "step " + next + " waits");
    return table();
  }

  /** Returns the table of the last step. */
  ExpertTable table() {
    return Objects.requireNonNull(gate.current());
  }

  /** Ends the engine's process, as if it was killed. */
  @Override
  public void close() {
    lock.close();
  }
}
