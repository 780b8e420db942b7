package io.eplb.core.engine.shared;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.RankGate.Change;
import io.eplb.core.update.promise.RankGate.LayerChange;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Times the step at the fence of a committed change of some layers, without the exchanges of
 * weights: 58 layers of 16,384 slots.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BenchmarkFence {
  /** Creates the benchmark. */
  public BenchmarkFence() {}

  /** Begins the step at the fence. */
  @Benchmark
  public ExpertTable fence(Engine engine) {
    return Objects.requireNonNull(engine.gate.tryBegin(engine.step));
  }

  /** An engine that has come to a fence. */
  @State(Scope.Thread)
  public static class Engine {
    private static final int LAYERS = 58;

    /** True if the table is built before the step comes to the fence. */
    @Param({"true", "false"})
    public boolean ahead;

    /** The layers that change. */
    @Param({"2", "58"})
    public int changed;

    private final ExpertTable table =
        ExpertTable.initial(LAYERS, EpTopology.of(14_336, 1_024, 128, 1, 16));
    private final GateMemory memory = GateMemory.inProcess(GateShape.of(table, 0));
    private final EngineGate gate = new EngineGate(memory, new RecordedWeights(), this::build);
    private final AgentGate agent = new AgentGate(memory);
    private long step;
    private long version;

    /** Creates an engine whose gate is open. */
    public Engine() {
      gate.open(table, 0);
    }

    private void build(Runnable task) {
      if (ahead) {
        task.run();
      }
    }

    /** Commits a change, and runs the step below its fence. */
    @Setup(Level.Invocation)
    public void comeToFence() {
      if (version > 0) {
        gate.end(step++);
      }
      version++;
      List<LayerChange> layers =
          IntStream.range(0, changed)
              .mapToObj(
                  layer -> new LayerChange(layer, LayerRow.of(table.placement(), layer), List.of()))
              .toList();
      agent.promise(new Change(new SwitchName(1, version), version, layers), step + 1);
      agent.commit();
      gate.tryBegin(step);
      gate.end(step++);
    }
  }
}
