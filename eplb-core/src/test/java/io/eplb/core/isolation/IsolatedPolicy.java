package io.eplb.core.isolation;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.registry.TestJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A policy that is compiled while a test runs, in processes of their own. Asked with seed n, it
 * runs its n-th attack; asked with any other seed, it answers "unchanged".
 */
final class IsolatedPolicy implements AutoCloseable {
  static final long HARMLESS = -1;

  private static final EpTopology TOPOLOGY = EpTopology.of(4, 2, 1, 1, 2);
  private static final ExpertTable TABLE = ExpertTable.initial(2, TOPOLOGY);
  private static final int MANY = 1_000;

  private final PolicyRegistry registry;
  private final GuardedPolicy guarded;

  /** Starts the policy of a jar in a folder. */
  IsolatedPolicy(Path folder, Duration deadline) {
    this(folder, ContractSettings.defaults().withDeadline(deadline).withFailureLimit(MANY));
  }

  IsolatedPolicy(Path folder, ContractSettings settings) {
    this.registry = registry(folder);
    this.guarded = new GuardedPolicy(registry.find("hostile")::newInstance, settings);
  }

  /** Returns a jar with attacks; {@code members} stand in its class. */
  static TestJar jar(Path folder, String members, List<String> attacks) {
    StringBuilder cases = new StringBuilder();
    for (int index = 0; index < attacks.size(); index++) {
      cases.append("case %d: { %s } break;\n".formatted(index, attacks.get(index)));
    }
    return new TestJar(folder)
        .source(
            "Hostile",
            """
            package plugin;
            import io.eplb.api.*;
            import java.util.*;
            @SuppressWarnings("all")
            public class Hostile implements EplbPolicy {
              static boolean always() { return true; }
              static int recurse(int depth) { return recurse(depth + 1) + 1; }
              %s
              public String name() { return "hostile"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                try {
                  switch ((int) context.seed()) {
                    %s
                  }
                } catch (Exception failed) {
                  throw new IllegalStateException(failed.toString(), failed);
                }
                return Rebalance.unchanged(table);
              }
            }
            """
                .formatted(members, cases))
        .provides("plugin.Hostile");
  }

  static PolicyRegistry registry(Path folder) {
    return PolicyRegistry.open(
        List.of(new PolicyFolder(folder, "--policy-path")),
        ProcessIsolation.defaults().withHeapMegabytes(64).withProcessors(2));
  }

  PlanOutcome plan(long seed) {
    PlanOutcome outcome =
        guarded.plan(
            PlanRequest.builder(
                    TABLE,
                    ExpertWorkload.ofExpertLoads(TABLE, new double[] {9, 1, 1, 1, 1, 2, 3, 4}),
                    TOPOLOGY)
                .seed(seed)
                .build());
    if (outcome.changed() || outcome.table().version() != TABLE.version()) {
      throw new AssertionError("the current table was not kept");
    }
    return outcome;
  }

  /** Returns the reason of the failure in an outcome, or says that there is none. */
  static String failure(PlanOutcome outcome) {
    return outcome
        .failure()
        .map(failure -> String.valueOf(failure.getMessage()))
        .orElse("there is no failure");
  }

  GuardedPolicy guarded() {
    return guarded;
  }

  @Override
  public void close() {
    guarded.close();
    registry.close();
  }
}
