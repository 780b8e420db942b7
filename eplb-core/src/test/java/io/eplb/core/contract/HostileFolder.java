package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.Rule;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder with a hostile jar and a healthy one, which are found and called as in production. With
 * every hostile jar the table that serves stays and the healthy one plans.
 */
abstract class HostileFolder {
  /** Gives up a policy that hangs; long enough that no other is late on a slow machine. */
  static final ContractSettings SETTINGS =
      ContractSettings.defaults().withProcessors(2).withDeadline(Duration.ofMinutes(10));

  static final ContractSettings IMPATIENT = SETTINGS.withDeadline(Duration.ofMillis(250));

  /** Swaps the first experts of ranks 0 and 1 in layers 2 and 3: legal, before it is spoilt. */
  static final String SWAP =
      """
      Placement.Builder builder = Placement.builder(table);
      for (int layer = 2; layer < 4; layer++) {
        builder.set(layer, 0, 0, table.expertAt(layer, 1, 0));
        builder.set(layer, 1, 0, table.expertAt(layer, 0, 0));
      }
      """;

  static final String ANSWER =
      """
      return Rebalance.of(true, new int[] {2, 3}, builder.build());
      """;

  @TempDir private static Path shared = Path.of("");
  private static Path healthyJar = Path.of("");

  @TempDir private Path folder = Path.of("");

  /** A system property that ends the threads that a test left running. */
  private String over = "";

  @BeforeAll
  static void buildAHealthyJar() throws IOException {
    healthyJar = hostile(shared, "healthy", "", SWAP + ANSWER).build("healthy.jar");
  }

  @BeforeEach
  void addTheHealthyJar() throws IOException {
    over = "eplb.test.over." + folder.getFileName();
    Files.copy(healthyJar, folder.resolve("healthy.jar"));
  }

  @AfterEach
  void letAbandonedThreadsEnd() {
    System.setProperty(over, "true");
  }

  private static TestJar hostile(Path where, String name, String members, String body) {
    return new TestJar(where)
        .source(
            "Hostile",
            """
            package plugin;
            import io.eplb.api.*;
            public final class Hostile implements EplbPolicy {
              public String name() { return "%s"; }
              %s
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                %s
              }
            }
            """
                .formatted(name, members, body))
        .provides("plugin.Hostile");
  }

  TestJar hostile(String members, String body) {
    return hostile(folder, "hostile", members, body);
  }

  String unlessOver(String statement) {
    return "while (!Boolean.getBoolean(\"" + over + "\")) { " + statement + " }";
  }

  PolicyRegistry open() {
    return PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")));
  }

  static GuardedPolicy guard(PolicyRegistry registry, ContractSettings settings) {
    return new GuardedPolicy(registry.find("hostile")::newInstance, settings);
  }

  static void assertHealthy(PolicyRegistry registry) {
    try (GuardedPolicy healthy =
        new GuardedPolicy(registry.find("healthy")::newInstance, SETTINGS)) {
      PlanOutcome outcome = Scenario.plan(healthy);
      assertTrue(outcome.failure().isEmpty(), outcome::toString);
      assertEquals(2, outcome.layerPriority().length);
      assertEquals(4, outcome.expertsMoved());
    }
  }

  /**
   * Expects that the plan is rejected for a reason, that nothing changed, and that life goes on.
   */
  void assertRejected(TestJar jar, ContractSettings settings, String reason) throws IOException {
    jar.build("hostile.jar");
    ExpertTable before = ExpertTable.initial(Scenario.LAYERS, Scenario.TOPOLOGY);
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, settings.withFailureLimit(2))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertSame(Scenario.CURRENT, outcome.table());
      assertFalse(outcome.changed());
      String message = Misbehaviour.message(outcome);
      assertTrue(message.contains(reason), message);
      assertFalse(message.contains("\n"), message);
      assertHealthy(registry);

      Scenario.plan(policy);
      PolicyState state = policy.state();
      assertTrue(state.switchedOff());
      assertEquals(2, state.consecutiveFailures());
      assertEquals(2, state.lastErrors().size());
      assertEquals(message, state.lastErrors().get(0));
      assertEquals(before.placement(), Scenario.CURRENT.placement());
      assertHealthy(registry);
    }
  }

  void assertRejected(String body, String reason) throws IOException {
    assertRejected(hostile("", body), SETTINGS, reason);
  }

  /** Expects that layer 2 is rejected by a rule and layer 3 accepted. */
  void assertLayerRejected(Rule rule, String spoil, MigrationBudget budget) throws IOException {
    hostile("", SWAP + spoil).build("hostile.jar");
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, SETTINGS)) {
      PlanOutcome outcome = policy.plan(Scenario.request(Scenario.CURRENT).budget(budget).build());
      assertTrue(outcome.failure().isEmpty(), outcome::toString);
      assertEquals(1, outcome.rejectedLayers().size(), () -> outcome.rejectedLayers().toString());
      assertEquals(rule, outcome.rejectedLayers().get(0).rule());
      assertEquals(2, outcome.rejectedLayers().get(0).layer());
      assertTrue(outcome.table().sameLayer(2, Scenario.CURRENT.placement()));
      assertFalse(outcome.table().sameLayer(3, Scenario.CURRENT.placement()));
      assertHealthy(registry);
    }
  }

  void assertLayerRejected(Rule rule, String spoil) throws IOException {
    assertLayerRejected(rule, spoil, MigrationBudget.UNLIMITED);
  }
}
