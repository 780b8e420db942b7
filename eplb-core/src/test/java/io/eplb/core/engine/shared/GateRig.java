package io.eplb.core.engine.shared;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation.Exchange;
import io.eplb.core.update.promise.RankGate.Change;
import io.eplb.core.update.promise.RankGate.LayerChange;
import java.util.List;
import java.util.concurrent.Executor;

/** A gate in memory of this process, with both sides, for rank 0 of two with three slots each. */
final class GateRig {
  static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 3);
  static final ExpertTable FIRST = ExpertTable.initial(2, TOPOLOGY);

  final GateMemory memory;
  final RecordedWeights weights = new RecordedWeights();
  final EngineGate engine;
  final AgentGate agent;

  /** Creates a gate that has opened with the first table, and begins with a step. */
  GateRig(long firstStep) {
    this(firstStep, Runnable::run);
  }

  GateRig(long firstStep, Executor ahead) {
    this(GateMemory.inProcess(GateShape.of(FIRST, 0)), firstStep, ahead);
  }

  GateRig(GateMemory memory, long firstStep) {
    this(memory, firstStep, Runnable::run);
  }

  private GateRig(GateMemory memory, long firstStep, Executor ahead) {
    this.memory = memory;
    this.engine = new EngineGate(memory, weights, ahead);
    this.agent = new AgentGate(memory);
    engine.open(FIRST, firstStep);
  }

  /** Runs steps from the first to before the last. */
  void run(long from, long to) {
    for (long step = from; step < to; step++) {
      if (engine.tryBegin(step) == null) {
        throw new AssertionError("step " + step + " waits");
      }
      engine.end(step);
    }
  }

  /** Returns the table after a change, a rotation of the first one by the version. */
  static ExpertTable table(long version) {
    return ExpertTable.of(version, TOPOLOGY.experts(), placement(version));
  }

  private static Placement placement(long version) {
    int slots = TOPOLOGY.physicalExperts();
    int[] experts = new int[FIRST.layers() * slots];
    for (int index = 0; index < experts.length; index++) {
      experts[index] = (int) ((index % slots + version) % TOPOLOGY.experts());
    }
    return Placement.of(FIRST.layers(), TOPOLOGY.ranks(), TOPOLOGY.slotsPerRank(), experts);
  }

  /** Returns the change of both layers to a version, with an exchange in layer 1. */
  static Change change(long version) {
    Placement rows = placement(version);
    return new Change(
        new SwitchName(3, version),
        version,
        List.of(
            new LayerChange(0, LayerRow.of(rows, 0), List.of()),
            new LayerChange(
                1, LayerRow.of(rows, 1), List.of(new Exchange(2, 0), new Exchange(0, 1)))));
  }
}
