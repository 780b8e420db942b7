package io.eplb.policies.benchmark;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.policies.deepseek.TwoThreadRunner;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Times a policy on two threads beside a sort of equally many loads on one thread. The sort is the
 * unit of the planning budget, measured in the same run on the same machine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BenchmarkPlanning {
  /** The shape: layers × experts → slots on ranks, nodes, groups. */
  @Param({"58x256->288/32/1/1"})
  public String shape = "";

  /** The policy and its input. */
  @Param({"DEFAULT"})
  public PlanKind kind = PlanKind.DEFAULT;

  private ExpertTable table = ExpertTable.initial(1, EpTopology.of(1, 1, 1, 1, 1));
  private ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, new double[] {1.0});
  private double[] slotLoads = {};
  private double[] row = {};
  private EplbPolicy policy = kind.newPolicy();
  private final TwoThreadRunner runner = new TwoThreadRunner();
  private PolicyContext context = PolicyContext.builder(EpTopology.of(1, 1, 1, 1, 1)).build();

  /** Creates the benchmark. */
  public BenchmarkPlanning() {}

  /** Draws log-normal loads, the same in every run. */
  @Setup(Level.Trial)
  public void draw() {
    int[] sizes = Arrays.stream(shape.split("x|->|/", -1)).mapToInt(Integer::parseInt).toArray();
    int layers = sizes[0];
    int experts = sizes[1];
    int slots = sizes[2];
    EpTopology topology = EpTopology.of(experts, sizes[3], sizes[4], sizes[5], slots / sizes[3]);
    Random random = new Random(256);
    double[] loads = new double[layers * experts];
    for (int index = 0; index < loads.length; index++) {
      loads[index] = Math.rint(10_000 * Math.exp(random.nextGaussian()));
    }
    policy = kind.newPolicy();
    context =
        PolicyContext.builder(topology)
            .options(PolicyOptions.defaults(policy.options()))
            .migrationBudget(kind.budget())
            .layerRunner(runner)
            .build();
    table = kind.table(ExpertTable.initial(layers, topology), loads, context);
    workload = kind.workload(table, loads, random);
    slotLoads = new double[layers * slots];
    for (int index = 0; index < slotLoads.length; index++) {
      slotLoads[index] = Math.rint(10_000 * Math.exp(random.nextGaussian()));
    }
    row = new double[slots];
  }

  /** Ends the second thread. */
  @TearDown(Level.Trial)
  public void end() {
    runner.close();
  }

  /** Plans every layer. */
  @Benchmark
  public Rebalance plan() {
    return policy.rebalanceExperts(table, workload, context);
  }

  /** Sorts one load per slot, layer by layer, on one thread. */
  @Benchmark
  public double sort() {
    double sum = 0.0;
    for (int from = 0; from < slotLoads.length; from += row.length) {
      System.arraycopy(slotLoads, from, row, 0, row.length);
      Arrays.sort(row);
      sum += row[0];
    }
    return sum;
  }
}
