package io.eplb.core.engine.standin;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.EngineState;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation.Exchange;
import io.eplb.core.update.promise.RankGate.Change;
import io.eplb.core.update.promise.RankGate.LayerChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A group of one rank, whose table follows from its version: each version rotates the row of one
 * layer, so that all of its slots get other experts.
 */
final class OneRank {
  static final int LAYERS = 2;
  static final int EXPERTS = 4;
  static final int SLOTS = 5;
  static final int EXPERT_BYTES = 256;
  static final long TOKENS_PER_STEP = (long) LAYERS * EXPERTS * 10;
  static final WeightsShape SHAPE = WeightsShape.of(table(0), SLOTS, EXPERT_BYTES);

  private OneRank() {}

  static ExpertTable table(long version) {
    Placement.Builder placement = Placement.builder(LAYERS, 1, SLOTS);
    for (int layer = 0; layer < LAYERS; layer++) {
      placement.setLayer(layer, row(layer, version), 0);
    }
    return ExpertTable.of(version, EXPERTS, placement.build());
  }

  private static int layer(long version) {
    return (int) (version % LAYERS);
  }

  private static int[] row(int layer, long version) {
    long turns = (version + LAYERS - layer) / LAYERS;
    int[] row = new int[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      row[slot] = (int) ((slot + turns) % EXPERTS);
    }
    return row;
  }

  /** Returns the change from the version before, which needs all buffers. */
  static Change change(long version) {
    int layer = layer(version);
    int[] row = row(layer, version);
    List<Exchange> exchanges =
        java.util.stream.IntStream.range(0, SLOTS)
            .mapToObj(slot -> new Exchange(slot, slot))
            .toList();
    return new Change(
        new SwitchName(1, version),
        version,
        List.of(new LayerChange(layer, new LayerRow(row, null), exchanges)));
  }

  /** Fills the buffers for a change, from slots of the version before. */
  static void prepare(SharedWeights weights, long version) {
    int layer = layer(version);
    int[] before = row(layer, version - 1);
    int[] row = row(layer, version);
    for (int slot = 0; slot < SLOTS; slot++) {
      int expert = row[slot];
      int source = 0;
      while (before[source] != expert) {
        source++;
      }
      weights.receive(layer, 0, source, 0, slot).toCompletableFuture().join();
      weights.verify(layer, expert, 0, slot);
    }
  }

  static LoadRecording recording(int layers) {
    double[] tokens = new double[3 * layers * EXPERTS];
    Arrays.fill(tokens, 10);
    return LoadRecording.of(3, layers, EXPERTS, tokens);
  }

  static StandInEngine engine(SharedFolder folder, Path logs) {
    return new StandInEngine(
        folder, SHAPE, 0, recording(LAYERS), Duration.ofNanos(200_000), System.nanoTime(), logs);
  }

  /**
   * Gives a starting engine version 0, from a step on that it has not begun, and returns its gate.
   *
   * @param alive whether the engine lives; it has to
   */
  static AgentGate start(SharedFolder folder, long leastStep, BooleanSupplier alive) {
    GateMemory memory = GateMemory.open(folder.gate(0), SHAPE.gate(0));
    while (alive.getAsBoolean()) {
      try {
        AgentGate agent = new AgentGate(memory);
        if (agent.engineState() == EngineState.STARTING) {
          agent.start(table(0), Math.max(leastStep, agent.nextStep()));
          return agent;
        }
      } catch (IllegalStateException notStarted) {
        // Or it has just started, and its number was there before its word.
      }
      Thread.onSpinWait();
    }
    throw new IllegalStateException("the engine has ended");
  }

  /** Waits for a condition as long as the engine lives. */
  static void await(BooleanSupplier condition, BooleanSupplier alive) {
    while (!condition.getAsBoolean()) {
      if (!alive.getAsBoolean()) {
        throw new IllegalStateException("the engine has ended");
      }
      Thread.onSpinWait();
    }
  }
}
