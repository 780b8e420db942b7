package io.eplb.core.engine.shared;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Times what a step pays for its table at a gate that engine and agent share, when nothing is
 * promised: beginning and ending it. Every thread is the engine of a rank of its own.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BenchmarkSharedStep {
  /** Creates the benchmark. */
  public BenchmarkSharedStep() {}

  /** Begins a step and ends it. */
  @Benchmark
  public ExpertTable step(Engine engine) throws InterruptedException {
    ExpertTable table = engine.gate.begin(engine.step);
    engine.gate.end(engine.step++);
    return table;
  }

  /** An engine for each thread. */
  @State(Scope.Thread)
  public static class Engine {
    private final EngineGate gate;
    private long step;

    /** Creates an engine whose gate is open. */
    public Engine() {
      ExpertTable table = ExpertTable.initial(58, EpTopology.of(256, 64, 8, 1, 5));
      gate =
          new EngineGate(
              GateMemory.inProcess(GateShape.of(table, 0)), new RecordedWeights(), Runnable::run);
      gate.open(table, 0);
    }
  }
}
