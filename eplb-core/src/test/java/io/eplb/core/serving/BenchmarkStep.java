package io.eplb.core.serving;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Times what a step pays for its table when nothing is due: beginning and ending it. Every thread
 * is a rank of its own.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BenchmarkStep {
  /** Creates the benchmark. */
  public BenchmarkStep() {}

  /** Begins a step and ends it. */
  @Benchmark
  public ExpertTable step(Gate gate, Rank rank) throws InterruptedException {
    ExpertTable table = gate.gate.begin(rank.number, rank.step);
    gate.gate.end(rank.number, rank.step++);
    return table;
  }

  /** One gate for all threads. */
  @State(Scope.Benchmark)
  public static class Gate {
    private static final int RANKS = 64;

    private final StepGate gate =
        new StepGate(ExpertTable.initial(58, EpTopology.of(256, RANKS, 8, 1, 5)));
    private final AtomicInteger ranks = new AtomicInteger();

    /** Creates the gate. */
    public Gate() {}
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
    public void number(Gate gate) {
      number = gate.ranks.getAndIncrement();
    }
  }
}
