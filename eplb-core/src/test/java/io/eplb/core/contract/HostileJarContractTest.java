package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.PolicyOptions;
import io.eplb.api.contract.Rule;
import io.eplb.core.registry.PolicyFolder;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile jars in a policy folder, found and called as in production: the table that serves stays,
 * and the healthy policy beside them plans.
 */
class HostileJarContractTest {
  private static final ContractSettings SETTINGS = ContractSettings.defaults().withProcessors(2);
  private static final ContractSettings IMPATIENT = SETTINGS.withDeadline(Duration.ofMillis(250));

  /** Swaps the first experts of ranks 0 and 1 in layers 2 and 3: legal, before it is spoilt. */
  private static final String SWAP =
      """
      Placement.Builder builder = Placement.builder(table);
      for (int layer = 2; layer < 4; layer++) {
        builder.set(layer, 0, 0, table.expertAt(layer, 1, 0));
        builder.set(layer, 1, 0, table.expertAt(layer, 0, 0));
      }
      """;

  private static final String ANSWER =
      """
      return Rebalance.of(true, new int[] {2, 3}, builder.build());
      """;

  @TempDir private static Path shared = Path.of("");
  private static Path healthyJar = Path.of("");

  @TempDir private Path folder = Path.of("");

  /** A system property that lets whatever a test left running end. */
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

  private TestJar hostile(String members, String body) {
    return hostile(folder, "hostile", members, body);
  }

  private String unlessOver(String statement) {
    return "while (!Boolean.getBoolean(\"" + over + "\")) { " + statement + " }";
  }

  private PolicyRegistry open() {
    return PolicyRegistry.open(List.of(new PolicyFolder(folder, "--policy-path")));
  }

  private static GuardedPolicy guard(PolicyRegistry registry, ContractSettings settings) {
    return new GuardedPolicy(registry.find("hostile")::newInstance, settings);
  }

  private static void assertHealthy(PolicyRegistry registry) {
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
  private void assertRejected(TestJar jar, ContractSettings settings, String reason)
      throws IOException {
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

  private void assertRejected(String body, String reason) throws IOException {
    assertRejected(hostile("", body), SETTINGS, reason);
  }

  /** Expects that layer 2 is rejected by a rule and layer 3 accepted. */
  private void assertLayerRejected(Rule rule, String spoil, MigrationBudget budget)
      throws IOException {
    hostile("", SWAP + spoil).build("hostile.jar");
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, SETTINGS)) {
      PlanOutcome outcome =
          policy.plan(
              Scenario.CURRENT,
              Scenario.workload(Scenario.CURRENT),
              Scenario.TOPOLOGY,
              PolicyOptions.of(List.of(), Map.of()),
              7,
              budget);
      assertTrue(outcome.failure().isEmpty(), outcome::toString);
      assertEquals(1, outcome.rejectedLayers().size(), () -> outcome.rejectedLayers().toString());
      assertEquals(rule, outcome.rejectedLayers().get(0).rule());
      assertEquals(2, outcome.rejectedLayers().get(0).layer());
      assertTrue(outcome.table().sameLayer(2, Scenario.CURRENT.placement()));
      assertFalse(outcome.table().sameLayer(3, Scenario.CURRENT.placement()));
      assertHealthy(registry);
    }
  }

  private void assertLayerRejected(Rule rule, String spoil) throws IOException {
    assertLayerRejected(rule, spoil, MigrationBudget.UNLIMITED);
  }

  @Test
  void aNullRejectsThePlan() throws IOException {
    assertRejected("return null;", "the answer is null");
  }

  @Test
  void p1AWrongShapeRejectsThePlan() throws IOException {
    assertRejected(
        "return Rebalance.of(true, new int[0], Placement.builder(5, 3, 4).build());", "P1: ");
  }

  @Test
  void p2AnExpertOutOfRangeRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P2, "builder.set(2, 3, 1, 8);" + ANSWER);
  }

  @Test
  void p2ANegativeExpertRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P2, "builder.set(2, 3, 1, -2147483648);" + ANSWER);
  }

  @Test
  void p3ALostExpertRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P3, "builder.set(2, 1, 1, 1);" + ANSWER);
  }

  @Test
  void p4ADuplicateOnARankRejectsItsLayer() throws IOException {
    assertLayerRejected(Rule.P4, "builder.set(2, 3, 0, 2);" + ANSWER);
  }

  @Test
  void p5AChangedLayerThatIsNotMarkedIsRejected() throws IOException {
    assertLayerRejected(Rule.P5, "return Rebalance.of(true, new int[] {3}, builder.build());");
  }

  @Test
  void p6ALayerOverBudgetIsRejected() throws IOException {
    assertLayerRejected(
        Rule.P6,
        "builder.set(2, 2, 0, table.expertAt(2, 3, 0)).set(2, 3, 0, table.expertAt(2, 2, 0));"
            + ANSWER,
        new MigrationBudget(2, 0));
  }

  @Test
  void p7AnotherAnswerEachTimeIsFoundByTheProbe() throws IOException {
    assertRejected(
        hostile(
            "private static int calls;",
            "return Rebalance.of(true, new int[] {calls++ % table.layers()},"
                + " Placement.builder(table).build());"),
        SETTINGS.withProbeDeterminism(true),
        "P7: two answers have different layer priorities");
  }

  @Test
  void p8ALateAnswerRejectsThePlan() throws IOException {
    assertRejected(
        hostile("", "while (!context.deadline().passed()) Thread.onSpinWait();" + SWAP + ANSWER),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void p8SwallowingInterruptsAndLoopingRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "",
            unlessOver("try { Thread.sleep(1); } catch (InterruptedException swallowed) {}")
                + "return Rebalance.unchanged(table);"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void p8TakingALockAndNeverReturningRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "",
            "synchronized (Hostile.class) { "
                + unlessOver("Thread.onSpinWait();")
                + " } return Rebalance.unchanged(table);"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void p8LayersThatNeverEndRejectThePlan() throws IOException {
    assertRejected(
        hostile(
            "",
            "context.forEachLayer(table.layers(), () -> this, (layer, scratch) -> { "
                + unlessOver("Thread.onSpinWait();")
                + " }); return Rebalance.unchanged(table);"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void aSneakyCheckedExceptionRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            """
            @SuppressWarnings("unchecked")
            private static <T extends Throwable> void sneak(Throwable thrown) throws T {
              throw (T) thrown;
            }
            """,
            "Hostile.<RuntimeException>sneak(new java.io.IOException(\"disk\")); return null;"),
        SETTINGS,
        "policy hostile failed: disk (at Hostile.java:");
  }

  @Test
  void anExceptionOfTheJarsOwnWhoseMethodsThrowRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            """
            static final class Trap extends RuntimeException {
              public String getMessage() { throw new Trap(); }
              public String toString() { throw new Trap(); }
              public Throwable getCause() { throw new Trap(); }
              public StackTraceElement[] getStackTrace() { throw new Trap(); }
            }
            """,
            "throw new Trap();"),
        SETTINGS,
        "policy hostile failed: it gave no reason");
  }

  @Test
  void aRealOutOfMemoryErrorRejectsThePlan() throws IOException {
    assertRejected(
        "long[][] hoard = new long[99][]; for (int i = 0; i < 99; i++) hoard[i] = new"
            + " long[Integer.MAX_VALUE - 8]; return null;",
        "policy hostile failed: it ran out of memory");
  }

  @Test
  void aRealStackOverflowRejectsThePlan() throws IOException {
    assertRejected(
        "return rebalanceExperts(table, workload, context);",
        "policy hostile failed: it recursed too deeply");
  }

  @Test
  void aThreadDeathRejectsThePlan() throws IOException {
    assertRejected("throw new ThreadDeath();", "policy hostile failed: it stopped its thread");
  }

  @Test
  void aStaticInitialiserThatFailsRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "static final class Lazy { static final int VALUE = Integer.parseInt(\"seven\"); }",
            "return Lazy.VALUE == 7 ? null : Rebalance.unchanged(table);"),
        SETTINGS,
        "policy hostile failed: a class of it could not be initialised: For input string");
  }

  @Test
  void aMissingClassRejectsThePlan() throws IOException {
    assertRejected(
        hostile("", "return Gone.answer();")
            .source(
                "Gone",
                "package plugin; class Gone { static io.eplb.api.Rebalance answer() { return null;"
                    + " } }")
            .without("Gone"),
        SETTINGS,
        "policy hostile failed: the class plugin.Gone that it needs is missing");
  }

  @Test
  void aMethodThatTheApiDoesNotHaveRejectsThePlan() throws IOException {
    assertRejected(
        hostile("", "throw new NoSuchMethodError(\"io.eplb.api.ExpertTable.shuffle()\");"),
        SETTINGS,
        "policy hostile failed: it was built against another version of a class");
  }

  @Test
  void anInterruptOfItsOwnThreadHarmsNobody() throws IOException {
    hostile("", "Thread.currentThread().interrupt();" + SWAP + ANSWER).build("hostile.jar");
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, SETTINGS)) {
      for (int round = 0; round < 3; round++) {
        PlanOutcome outcome = Scenario.plan(policy);
        assertTrue(outcome.failure().isEmpty(), outcome::toString);
        assertEquals(2, outcome.layerPriority().length);
      }
      assertFalse(Thread.currentThread().isInterrupted());
      assertHealthy(registry);
    }
  }

  @Test
  void threadsThatItLeavesRunningDoNotHoldUpTheNextPlan() throws IOException {
    hostile(
            "",
            "for (int i = 0; i < 4; i++) { Thread own = new Thread(() -> { "
                + unlessOver("Thread.yield();")
                + " }); own.setDaemon(true); own.start(); }"
                + SWAP
                + ANSWER)
        .build("hostile.jar");
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, SETTINGS)) {
      assertTrue(Scenario.plan(policy).changed());
      assertTrue(Scenario.plan(policy).changed());
      assertHealthy(registry);
    }
  }

  @Test
  void whatItKeepsOfAPlanItCannotChangeLater() throws IOException {
    hostile(
            """
            private static Placement.Builder kept;
            private static int[] priority;
            private static void spoil(ExpertTable table, PolicyContext context) {
              int[] row = new int[table.physicalExperts()];
              table.copyLayer(0, row, 0);
              java.util.Arrays.fill(row, 7);
              if (kept == null) {
                return;
              }
              java.util.Arrays.fill(priority, 0);
              try {
                kept.set(2, 0, 0, 7);
                throw new AssertionError("the builder was not spent");
              } catch (InvalidInputException refused) {
              }
            }
            """,
            "spoil(table, context);"
                + SWAP
                + "kept = builder; priority = new int[] {2, 3};"
                + "return Rebalance.of(true, priority, builder.build());")
        .build("hostile.jar");
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, SETTINGS)) {
      PlanOutcome first = Scenario.plan(policy);
      int firstExpert = first.table().expertAt(2, 0, 0);
      PlanOutcome second = Scenario.plan(policy);
      assertTrue(second.failure().isEmpty(), second::toString);
      assertEquals(firstExpert, first.table().expertAt(2, 0, 0));
      assertEquals(2, first.layerPriority()[0]);
      assertEquals(
          ExpertTable.initial(Scenario.LAYERS, Scenario.TOPOLOGY).placement(),
          Scenario.CURRENT.placement());
      assertNotSame(first.table(), second.table());
    }
  }

  @Test
  void theLayersRunWithTheJarsContextClassLoader() throws IOException {
    hostile(
            "",
            """
            ClassLoader own = Hostile.class.getClassLoader();
            context.forEachLayer(500, () -> this, (layer, scratch) -> {
              if (Thread.currentThread().getContextClassLoader() != own) {
                throw new IllegalStateException(Thread.currentThread().getName());
              }
            });
            """
                + SWAP
                + ANSWER)
        .build("hostile.jar");
    try (PolicyRegistry registry = open();
        GuardedPolicy policy = guard(registry, SETTINGS.withProcessors(4))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertTrue(outcome.failure().isEmpty(), outcome::toString);
    }
  }

  @Test
  void policiesThatWereCalledAndFailedLeaveNoClassLoaderBehind() throws IOException {
    hostile("static final class Mine extends RuntimeException {}", "throw new Mine();")
        .build("hostile.jar");
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    List<PlanOutcome> kept = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      try (PolicyRegistry registry = open();
          GuardedPolicy policy = guard(registry, SETTINGS)) {
        kept.add(Scenario.plan(policy));
        loaders.add(
            new WeakReference<>(
                registry.find("hostile").newInstance().getClass().getClassLoader()));
      }
    }
    for (int collections = 0; collections < 200; collections++) {
      if (loaders.stream().map(WeakReference::get).allMatch(Objects::isNull)) {
        break;
      }
      // Again and again, since the threads of the policies may take a moment to end.
      System.gc();
    }
    assertEquals(0, loaders.stream().map(WeakReference::get).filter(Objects::nonNull).count());
    assertTrue(kept.stream().allMatch(outcome -> outcome.failure().isPresent()));
  }
}
