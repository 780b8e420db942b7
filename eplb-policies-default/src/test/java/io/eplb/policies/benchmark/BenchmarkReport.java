package io.eplb.policies.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link BenchmarkPlanning} and prints time and memory as ratios: to the sort, to the output,
 * and to the size before. Times are medians of single calls; on a busy machine the minima are more
 * reliable. Started by {@code mvn -q -pl eplb-policies-default -am -Pbenchmark -DskipTests test}.
 */
public final class BenchmarkReport {
  private static final int ITERATIONS = 3;

  /** The warm-up iterations of a descent, which has more code to compile than packing. */
  private static final int STEPWISE_WARMUPS = 6;

  private static final List<String> REAL =
      List.of(
          "58x256->288/32/1/1",
          "58x256->288/32/4/8",
          "58x256->288/144/18/8",
          "94x128->144/16/1/1",
          "61x384->1024/256/1/1");
  private static final List<String> GROWING =
      List.of(
          "32x448->512/32/1/1",
          "32x896->1024/64/1/1",
          "32x1792->2048/128/1/1",
          "32x3584->4096/256/1/1",
          "32x7168->8192/512/1/1",
          "32x14336->16384/1024/1/1");
  private static final List<String> REAL_STEPWISE =
      List.of("58x256->288/32/1/1", "58x512->576/64/1/1");
  private static final List<String> GROWING_STEPWISE =
      List.of(
          "4x448->512/32/1/1",
          "4x896->1024/64/1/1",
          "4x1792->2048/128/1/1",
          "4x3584->4096/256/1/1",
          "4x7168->8192/512/1/1",
          "4x14336->16384/1024/1/1");

  private BenchmarkReport() {}

  /** Measures and prints; takes no arguments. */
  public static void main(String[] arguments) throws RunnerException {
    print("default: layers x experts -> slots / ranks / nodes / groups", REAL, PlanKind.DEFAULT);
    print("growth: twice the ranks and slots from line to line", GROWING, PlanKind.DEFAULT);
    for (PlanKind kind : List.of(PlanKind.FIRST, PlanKind.STEADY)) {
      print("incremental, " + kind, REAL_STEPWISE, kind);
      print("growth", GROWING_STEPWISE, kind);
    }
  }

  private static void print(String title, List<String> shapes, PlanKind kind)
      throws RunnerException {
    System.out.println(title);
    int warmups = kind == PlanKind.DEFAULT ? ITERATIONS : STEPWISE_WARMUPS;
    Map<String, RunResult> plans = measure("plan", shapes, kind, warmups);
    Map<String, RunResult> sorts = measure("sort", shapes, PlanKind.DEFAULT, 1);
    double before = Double.NaN;
    for (String shape : shapes) {
      RunResult planned = plans.get(shape);
      RunResult sorted = sorts.get(shape);
      if (planned == null || sorted == null) {
        throw new IllegalStateException("nothing was measured for " + shape);
      }
      double plan = median(planned);
      double sort = median(sorted);
      double bytes = allocatedBytes(planned);
      System.out.printf(
          Locale.ROOT,
          "%-28s plan %9.1f us, sort %9.1f us, plan/sort %5.2f (undisturbed %5.2f),"
              + " allocated/output %5.2f, to the line before %5.2f%n",
          shape,
          plan,
          sort,
          plan / sort,
          shortest(planned) / shortest(sorted),
          bytes / outputBytes(shape),
          plan / before);
      before = plan;
    }
  }

  private static double median(RunResult result) {
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }

  /** Returns the shortest time of a call, without disturbance by other processes. */
  private static double shortest(RunResult result) {
    return result.getPrimaryResult().getStatistics().getMin();
  }

  private static double allocatedBytes(RunResult result) {
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    if (allocated == null) {
      throw new IllegalStateException("the profiler reports " + result.getSecondaryResults());
    }
    return allocated.getScore();
  }

  private static Map<String, RunResult> measure(
      String method, List<String> shapes, PlanKind kind, int warmups) throws RunnerException {
    Map<String, RunResult> results = new TreeMap<>();
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include(BenchmarkPlanning.class.getName() + "\\." + method + "$")
                    .param("shape", shapes.toArray(new String[0]))
                    .param("kind", kind.name())
                    .forks(1)
                    .warmupIterations(warmups)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementIterations(ITERATIONS)
                    .measurementTime(TimeValue.milliseconds(500))
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run()) {
      results.put(result.getParams().getParam("shape"), result);
    }
    return results;
  }

  private static double outputBytes(String shape) {
    String[] sizes = shape.split("x|->|/", -1);
    return 4.0 * Integer.parseInt(sizes[0]) * Integer.parseInt(sizes[2]);
  }
}
