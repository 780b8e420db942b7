package io.eplb.policies.benchmark;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.policies.ascend.AscendDefaultPolicy;
import io.eplb.policies.ascend.SwiftPolicy;
import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.deepseek.TwoThreadRunner;
import io.eplb.policies.flashlb.FlashlbPolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Times a policy's first plan for 58 layers × 256 experts → 288 slots on 32 ranks, on two threads
 * and from the engine's initial layout, beside a sort of equally many loads on one thread. Every
 * call gets a new policy, since some are stateful. {@link #main} runs all of them and prints
 * ratios: {@code mvn -q -pl eplb-policies-default -am -Pbenchmark -DskipTests test
 * -Dbenchmark=io.eplb.policies.benchmark.BenchmarkPolicies}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BenchmarkPolicies {
  private static final int LAYERS = 58;
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(256, 32, 1, 1, 32);
  private static final double SPREAD_BETWEEN_WINDOWS = 0.2;
  private static final int SEED = 256;

  /** The policy. */
  @Param({"default", "ascend-default", "swift", "flashlb"})
  public String policy = "";

  /** The number of windows of the load. */
  @Param({"1", "8"})
  public int windows = 1;

  private final TwoThreadRunner runner = new TwoThreadRunner();
  private final ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
  private double[] tokens = {};
  private ExpertWorkload workload =
      ExpertWorkload.ofExpertLoads(table, new double[LAYERS * TOPOLOGY.experts()]);
  private double[] slotLoads = {};
  private final double[] row = new double[TOPOLOGY.physicalExperts()];
  private PolicyContext context = PolicyContext.builder(TOPOLOGY).build();

  /** Creates the benchmark. */
  public BenchmarkPolicies() {}

  /** Draws log-normal loads that fluctuate from window to window, the same in every run. */
  @Setup(Level.Trial)
  public void draw() {
    Random random = new Random(SEED);
    int size = LAYERS * TOPOLOGY.experts();
    double[] means = new double[size];
    Arrays.setAll(means, index -> 10_000 * Math.exp(random.nextGaussian()));
    tokens = new double[windows * size];
    Arrays.setAll(
        tokens,
        index ->
            Math.rint(
                means[index % size] * Math.exp(SPREAD_BETWEEN_WINDOWS * random.nextGaussian())));
    workload = ExpertWorkload.ofExpertLoads(table, windows, tokens);
    slotLoads = new double[LAYERS * row.length];
    Arrays.setAll(slotLoads, index -> Math.rint(10_000 * Math.exp(random.nextGaussian())));
    context =
        PolicyContext.builder(TOPOLOGY)
            .options(PolicyOptions.defaults(newPolicy().options()))
            .layerRunner(runner)
            .build();
  }

  private EplbPolicy newPolicy() {
    return switch (policy) {
      case "default" -> new DefaultPolicy();
      case "ascend-default" -> new AscendDefaultPolicy();
      case "swift" -> new SwiftPolicy();
      case "flashlb" -> new FlashlbPolicy();
      default -> throw new IllegalArgumentException("no policy " + policy);
    };
  }

  /** Ends the second thread. */
  @TearDown(Level.Trial)
  public void end() {
    runner.close();
  }

  /** Plans every layer. */
  @Benchmark
  public Rebalance plan() {
    return newPolicy().rebalanceExperts(table, workload, context);
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

  /** Returns the mean PAR of the policy's answer over layers and windows. */
  private double meanPeakToAverage() {
    Placement answer = plan().newPlacement();
    int experts = TOPOLOGY.experts();
    int[] slots = new int[TOPOLOGY.physicalExperts()];
    double sum = 0.0;
    for (int layer = 0; layer < LAYERS; layer++) {
      answer.copyLayer(layer, slots, 0);
      for (int window = 0; window < windows; window++) {
        int from = (window * LAYERS + layer) * experts;
        double[] loads = Arrays.copyOfRange(tokens, from, from + experts);
        sum += LayerBalance.of(slots, loads, TOPOLOGY.ranks()).peakToAverage();
      }
    }
    return sum / (LAYERS * windows);
  }

  /** Measures all policies and prints; takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    Map<String, Double> medians = new TreeMap<>();
    Map<String, Double> shortest = new TreeMap<>();
    for (RunResult result : measure("plan")) {
      String name =
          result.getParams().getParam("windows") + " " + result.getParams().getParam("policy");
      medians.put(name, result.getPrimaryResult().getStatistics().getPercentile(50));
      shortest.put(name, result.getPrimaryResult().getStatistics().getMin());
    }
    RunResult sorted = measure("sort", "policy", "default", "windows", "1").iterator().next();
    double sort = sorted.getPrimaryResult().getStatistics().getPercentile(50);
    double shortestSort = sorted.getPrimaryResult().getStatistics().getMin();
    System.out.printf(
        Locale.ROOT, "58x256->288/32; sort median %.0f us, min %.0f us%n", sort, shortestSort);
    for (Map.Entry<String, Double> entry : medians.entrySet()) {
      String[] name = entry.getKey().split(" ", -1);
      BenchmarkPolicies planned = new BenchmarkPolicies();
      planned.windows = Integer.parseInt(name[0]);
      planned.policy = name[1];
      planned.draw();
      double reference = medians.getOrDefault(name[0] + " default", Double.NaN);
      double least = shortest.getOrDefault(entry.getKey(), Double.NaN);
      System.out.printf(
          Locale.ROOT,
          "%s windows, %-14s median %9.1f us, min %9.1f us, /sort %6.2f (min %6.2f), /default"
              + " %6.2f, PAR %.4f%n",
          name[0],
          name[1],
          entry.getValue(),
          least,
          entry.getValue() / sort,
          least / shortestSort,
          entry.getValue() / reference,
          planned.meanPeakToAverage());
      planned.end();
    }
  }

  private static Iterable<RunResult> measure(String benchmark, String... parameters)
      throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include(BenchmarkPolicies.class.getName() + "\\." + benchmark + "$")
        .forks(1)
        .warmupIterations(4)
        .warmupTime(TimeValue.milliseconds(500))
        .measurementIterations(4)
        .measurementTime(TimeValue.milliseconds(500))
        .verbosity(VerboseMode.SILENT);
    for (int at = 0; at < parameters.length; at += 2) {
      options.param(parameters[at], parameters[at + 1]);
    }
    return new Runner(options.build()).run();
  }
}
