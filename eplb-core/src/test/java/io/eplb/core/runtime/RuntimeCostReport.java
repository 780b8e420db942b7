package io.eplb.core.runtime;

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
 * Runs {@link BenchmarkRuntimeStep} with one rank and with two at once, and prints what a step
 * costs in time and memory. Started by {@code mvn -q -pl eplb-core -am -Pbenchmark-step -DskipTests
 * test}.
 */
public final class RuntimeCostReport {
  private RuntimeCostReport() {}

  /** Measures and prints; takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    for (int threads = 1; threads <= 2; threads++) {
      RunResult result =
          new Runner(
                  new OptionsBuilder()
                      .include(BenchmarkRuntimeStep.class.getName())
                      .threads(threads)
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
          "%d rank%s at once: begin and end through the runtime %.1f ns (best iteration %.1f), %.4f bytes%n",
          threads,
          threads == 1 ? "" : "s",
          result.getPrimaryResult().getScore(),
          result.getPrimaryResult().getStatistics().getMin(),
          allocated.getScore());
    }
  }
}
