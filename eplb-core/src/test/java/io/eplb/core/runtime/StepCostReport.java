package io.eplb.core.runtime;

import io.eplb.core.engine.shared.BenchmarkSharedStep;
import io.eplb.core.serving.BenchmarkStep;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Prints what beginning and ending a step costs in time and memory, at the gate alone, at one in
 * shared memory and through the runtime, with one rank and with two at once. Started by {@code mvn
 * -q -pl eplb-core -am -Pbenchmark-step -DskipTests test}.
 */
public final class StepCostReport {
  private StepCostReport() {}

  /** Measures and prints; takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    for (int ranks = 1; ranks <= 2; ranks++) {
      report("at the gate", BenchmarkStep.class, ranks);
      report("at a gate in shared memory", BenchmarkSharedStep.class, ranks);
      report("through the runtime", BenchmarkRuntimeStep.class, ranks);
    }
  }

  private static void report(String where, Class<?> benchmark, int ranks) throws RunnerException {
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(benchmark.getName())
                    .threads(ranks)
                    .forks(2)
                    .warmupIterations(5)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.milliseconds(500))
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .runSingle();
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    if (allocated == null) {
      throw new IllegalStateException("the profiler reports " + result.getSecondaryResults());
    }
    System.out.printf(
        Locale.ROOT,
        "%d rank%s at once, %s: %.1f ns (best iteration %.1f), %.4f bytes%n",
        ranks,
        ranks == 1 ? "" : "s",
        where,
        result.getPrimaryResult().getScore(),
        result.getPrimaryResult().getStatistics().getMin(),
        allocated.getScore());
  }
}
