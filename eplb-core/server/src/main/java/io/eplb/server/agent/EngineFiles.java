package io.eplb.server.agent;

import io.eplb.api.InvalidInputException;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.GateShape;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.TokenCounts;
import io.eplb.core.lock.ProcessLock;
import io.eplb.core.update.promise.RankGate;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The engine beside its agent, as the files that they share show it. */
final class EngineFiles {
  private final AgentSettings settings;
  private final GateShape shape;
  private final Executor copies;

  /**
   * Creates the access; nothing is opened yet.
   *
   * @param copies copies experts, each one task
   */
  EngineFiles(AgentSettings settings, Executor copies) {
    this.settings = settings;
    this.shape = settings.weights().gate(settings.rank());
    this.copies = copies;
  }

  /**
   * One start of the engine.
   *
   * @param gate its gate
   * @param weights its memory
   * @param measures its steps and loads
   */
  record Start(AgentGate gate, SharedWeights weights, EngineMeasures measures) {
    /** Returns whether the engine can be given a table, or serves. */
    boolean isUsable() {
      EngineState state = gate.engineState();
      return state == EngineState.STARTING
          || state == EngineState.LOADING
          || (state == EngineState.SERVING && gate.status().phase() != RankGate.Phase.BROKEN);
    }
  }

  /** Returns whether a process of the engine lives. */
  boolean isAlive() {
    return Files.exists(settings.folder().engineLock(settings.rank()))
        && ProcessLock.isHeld(settings.folder().engineLock(settings.rank()));
  }

  /**
   * Attaches to the engine; empty if it does not live, or has not made its files.
   *
   * @throws InvalidInputException if a file is there that is not this engine's
   */
  Optional<Start> attach() {
    int rank = settings.rank();
    if (!isAlive()
        || !Files.exists(settings.folder().gate(rank))
        || !Files.exists(settings.folder().weights(rank))
        || !Files.exists(settings.folder().tokens(rank))) {
      return Optional.empty();
    }
    AgentGate gate;
    try {
      gate = new AgentGate(GateMemory.open(settings.folder().gate(rank), shape));
    } catch (IllegalStateException notStarted) {
      return Optional.empty();
    }
    Start start =
        new Start(
            gate,
            SharedWeights.open(settings.folder(), settings.weights(), rank, copies),
            new EngineMeasures(
                gate,
                TokenCounts.open(settings.folder().tokens(rank), shape),
                shape.layers(),
                shape.experts()));
    return start.isUsable() ? Optional.of(start) : Optional.empty();
  }
}
