package io.eplb.core.runtime;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.engine.InMemoryWeights;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Times what a step pays to a runtime when nothing is due: its table and being counted. Every
 * thread is a rank of its own.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BenchmarkRuntimeStep {
  /** Creates the benchmark. */
  public BenchmarkRuntimeStep() {}

  /** Begins a step and ends it. */
  @Benchmark
  public ExpertTable step(Engine engine, Rank rank) throws InterruptedException {
    ExpertTable table = engine.runtime.begin(rank.number, rank.step);
    engine.runtime.end(rank.number, rank.step++, LoadPhase.DECODE);
    return table;
  }

  /** One runtime for all threads, which has more to wait for than the benchmark lasts. */
  @State(Scope.Benchmark)
  public static class Engine {
    private static final int LAYERS = 58;
    private static final EpTopology TOPOLOGY = EpTopology.of(256, 64, 8, 1, 5);

    private final EplbRuntime runtime = start();
    private final AtomicInteger ranks = new AtomicInteger();

    /** Starts the runtime. */
    public Engine() {}

    private static EplbRuntime start() {
      ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
      EplbConfig config =
          EplbConfig.defaults()
              .with(Settings.DYNAMIC_EPLB, true)
              .with(Settings.LOAD_COLLECTION_PHASE, "decode");
      return EplbRuntime.builder(
              config, TOPOLOGY, new InMemoryWeights(table, 5, 8, Runnable::run), List::of)
          .start();
    }

    /** Ends the runtime. */
    @TearDown(Level.Trial)
    public void end() {
      runtime.close();
    }
  }

  /** A rank for each thread. */
  @State(Scope.Thread)
  public static class Rank {
    private int number;
    private long step;

    /** Creates a rank that has not been numbered yet. */
    public Rank() {}

    /** Takes the next number. */
    @Setup
    public void number(Engine engine) {
      number = engine.ranks.getAndIncrement();
    }
  }
}
