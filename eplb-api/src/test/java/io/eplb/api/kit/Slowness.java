package io.eplb.api.kit;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerRunner;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import java.util.Arrays;

/**
 * The time of a call on a small cluster, in units of sorting its loads once: both are measured in
 * one run, at their best of many, so that a busy machine changes little.
 */
final class Slowness {
  private static final Scenario SMALL =
      new Scenario(
          1,
          EpTopology.of(16, 4, 2, 4, 5),
          RanksKind.EQUAL,
          0,
          2,
          1,
          1,
          TableKind.INITIAL,
          LoadKind.SKEWED,
          LoadTwist.NONE,
          MigrationBudget.UNLIMITED,
          Dispatch.EVEN);

  private static final int FEWEST_CALLS = 10;
  private static final int MOST_CALLS = 300;
  private static final long PATIENCE_NANOS = 1_000_000_000;
  private static final int SORTS = 20_000;

  private Slowness() {}

  /**
   * Measures a policy.
   *
   * @return the time of its fastest call ÷ the time of the fastest sort; 0 if the policy fails
   */
  @SuppressWarnings("CatchingUnchecked") // A policy that throws fails the tests of its answers.
  static double of(Subject subject) {
    ExpertTable table = SMALL.firstTable();
    ExpertWorkload workload = SMALL.workload(table, 0);
    PolicyContext context =
        SMALL.context(subject.defaults()).layerRunner(LayerRunner.sequential()).build();
    long fastest = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (int call = 0; call < MOST_CALLS; call++) {
      EplbPolicy policy = subject.newInstance();
      long before = System.nanoTime();
      try {
        Rebalance ignored = policy.rebalanceExperts(table, workload, context);
      } catch (VirtualMachineError fatal) {
        throw fatal;
      } catch (Throwable failed) {
        return 0.0;
      }
      long after = System.nanoTime();
      fastest = Math.min(fastest, after - before);
      if (call >= FEWEST_CALLS && after - start > PATIENCE_NANOS) {
        break;
      }
    }
    return (double) fastest / sortNanos(workload);
  }

  private static long sortNanos(ExpertWorkload workload) {
    double[] loads = new double[workload.physicalExperts()];
    long fastest = Long.MAX_VALUE;
    for (int sort = 0; sort < SORTS; sort++) {
      long before = System.nanoTime();
      for (int layer = 0; layer < workload.layers(); layer++) {
        workload.copyLayer(0, layer, loads, 0);
        Arrays.sort(loads);
      }
      fastest = Math.min(fastest, System.nanoTime() - before);
    }
    return Math.max(1, fastest);
  }
}
