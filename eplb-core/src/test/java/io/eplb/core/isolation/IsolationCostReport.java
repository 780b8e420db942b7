package io.eplb.core.isolation;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The time of a plan in a process of its own, compared with one in this process: 75 layers × 256
 * experts on 32 ranks with 288 slots, calls of both in turns, after warm-up. Run it with the class
 * path of the tests; the arguments are policies.
 */
final class IsolationCostReport {
  private static final int LAYERS = 75;
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(256, 32, 4, 8, 32);
  private static final int WARM_UP = 200;
  private static final int CALLS = 300;

  private IsolationCostReport() {}

  public static void main(String[] policies) {
    try (PolicyRegistry here = PolicyRegistry.onClassPath();
        PolicyRegistry apart = PolicyRegistry.open(List.of(), ProcessIsolation.defaults())) {
      for (String policy : policies) {
        for (int windows : new int[] {1, 8}) {
          compare(here.find(policy), apart.find(policy), windows);
        }
      }
    }
  }

  private static void compare(DiscoveredPolicy inProcess, DiscoveredPolicy isolated, int windows) {
    try (GuardedPolicy one =
            new GuardedPolicy(inProcess::newInstance, ContractSettings.defaults());
        GuardedPolicy other =
            new GuardedPolicy(isolated::newInstance, ContractSettings.defaults())) {
      double[] here = new double[CALLS];
      double[] apart = new double[CALLS];
      for (int call = -WARM_UP; call < CALLS; call++) {
        PlanRequest request = request(windows, call);
        double first = millis(one.plan(request));
        double second = millis(other.plan(request));
        if (call >= 0) {
          here[call] = first;
          apart[call] = second;
        }
      }
      System.out.printf(
          "%s, %d windows: in this process %.2f ms, in its own %.2f ms, %.2f ms more (medians of"
              + " %d calls; best %.2f and %.2f ms)%n",
          inProcess.name(),
          windows,
          median(here),
          median(apart),
          median(apart) - median(here),
          CALLS,
          here[0],
          apart[0]);
    }
  }

  private static PlanRequest request(int windows, int seed) {
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    double[] loads =
        new Random(seed)
            .doubles((long) windows * LAYERS * TOPOLOGY.experts())
            .map(x -> 10_000 * x * x * x)
            .toArray();
    return PlanRequest.builder(table, ExpertWorkload.ofExpertLoads(table, windows, loads), TOPOLOGY)
        .build();
  }

  private static double millis(PlanOutcome outcome) {
    outcome
        .failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
    return outcome.planNanos() / 1e6;
  }

  /** Sorts the values, and returns the middle one. */
  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
