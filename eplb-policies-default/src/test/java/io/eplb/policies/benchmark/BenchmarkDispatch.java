package io.eplb.policies.benchmark;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerRunner;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.policies.deepseek.DefaultPolicy;
import io.eplb.policies.deepseek.TwoThreadRunner;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * Times the dispatch of one window, all layers, on maps of the policy {@code default}. The window
 * differs from the load that the maps were made for, so that there is something to divide. {@link
 * #main} prints medians: {@code mvn -q -pl eplb-policies-default -am -Pbenchmark -DskipTests test
 * -Dbenchmark=io.eplb.policies.benchmark.BenchmarkDispatch}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BenchmarkDispatch {
  private static final List<String> SHAPES =
      List.of("75x256->288/32", "75x256->320/64", "75x256->320/32", "8x256->16384/1024");
  private static final double SPREAD_BETWEEN_WINDOWS = 0.3;
  private static final int SEED = 256;

  /** The shape: layers × experts → slots on ranks. */
  @Param({"75x256->288/32"})
  public String shape = "";

  /** The dispatch. */
  @Param({"EVEN", "LP", "SINGLE"})
  public Dispatch dispatch = Dispatch.EVEN;

  private EpTopology topology = EpTopology.of(1, 1, 1, 1, 1);
  private int[][] rows = {};
  private double[][] loads = {};
  private double[] peaks = {};
  private EpRanks ranks = EpRanks.nominal(topology);
  private final ConcurrentLinkedQueue<LayerDispatch> solvers = new ConcurrentLinkedQueue<>();
  private final TwoThreadRunner twoThreads = new TwoThreadRunner();

  /** Creates the benchmark. */
  public BenchmarkDispatch() {}

  /** Draws log-normal loads, the same in every run, and places the experts for other ones. */
  @Setup(Level.Trial)
  public void draw() {
    int[] sizes = Arrays.stream(shape.split("x|->|/", -1)).mapToInt(Integer::parseInt).toArray();
    int layers = sizes[0];
    int experts = sizes[1];
    topology = EpTopology.of(experts, sizes[3], 1, 1, sizes[2] / sizes[3]);
    ranks = EpRanks.nominal(topology);
    Random random = new Random(SEED);
    double[] planned = new double[layers * experts];
    Arrays.setAll(planned, index -> Math.rint(10_000 * Math.exp(random.nextGaussian())));
    ExpertTable table = ExpertTable.initial(layers, topology);
    DefaultPolicy policy = new DefaultPolicy();
    Placement placement =
        policy
            .rebalanceExperts(
                table,
                ExpertWorkload.ofExpertLoads(table, planned),
                PolicyContext.builder(topology)
                    .options(PolicyOptions.defaults(policy.options()))
                    .build())
            .newPlacement();
    rows = new int[layers][topology.physicalExperts()];
    loads = new double[layers][experts];
    peaks = new double[layers];
    for (int layer = 0; layer < layers; layer++) {
      placement.copyLayer(layer, rows[layer], 0);
      for (int expert = 0; expert < experts; expert++) {
        double factor = Math.exp(SPREAD_BETWEEN_WINDOWS * random.nextGaussian());
        loads[layer][expert] = Math.rint(planned[layer * experts + expert] * factor);
      }
    }
    solvers.clear();
    solvers.add(LayerDispatch.of(dispatch, topology));
    solvers.add(LayerDispatch.of(dispatch, topology));
  }

  /** Ends the second thread. */
  @TearDown(Level.Trial)
  public void end() {
    twoThreads.close();
  }

  /** Divides the tokens of every layer on one thread. */
  @Benchmark
  public double[] oneThread() {
    return solve(LayerRunner.sequential());
  }

  /** Divides the tokens of every layer on two threads. */
  @Benchmark
  public double[] twoThreads() {
    return solve(twoThreads);
  }

  private double[] solve(LayerRunner runner) {
    ConcurrentLinkedQueue<LayerDispatch> taken = new ConcurrentLinkedQueue<>();
    runner.forEachLayer(
        rows.length,
        () -> {
          LayerDispatch solver = solvers.remove();
          taken.add(solver);
          return solver;
        },
        (layer, solver) ->
            peaks[layer] = solver.solve(rows[layer], loads[layer], ranks).peakToAverage());
    solvers.addAll(taken);
    return peaks;
  }

  /** Measures and prints; takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include(BenchmarkDispatch.class.getName() + "\\.")
                    .param("shape", SHAPES.toArray(String[]::new))
                    .forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run()) {
      System.out.printf(
          Locale.ROOT,
          "%-18s %-6s %-10s %8.2f ms%n",
          result.getParams().getParam("shape"),
          result.getParams().getParam("dispatch"),
          result.getPrimaryResult().getLabel(),
          result.getPrimaryResult().getStatistics().getPercentile(50) / 1_000);
    }
  }
}
