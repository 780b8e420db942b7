package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.core.registry.Garbage;
import io.eplb.core.registry.PolicyRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jars that leave traces: in threads, in their arguments, in memory. */
class HostileTracesContractTest extends HostileFolder {
  @Test
  void anInterruptOfItsOwnThreadHarmsNoOtherPlan() throws IOException {
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
  void aPolicyCannotChangeAPlanLaterThroughAnObjectThatItKept() throws IOException {
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
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
  void policiesThatWereCalledAndFailedLeaveNoClassLoaderBehind()
      throws IOException, InterruptedException {
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
    Garbage.awaitCollected(loaders);
    assertTrue(kept.stream().allMatch(outcome -> outcome.failure().isPresent()));
  }
}
