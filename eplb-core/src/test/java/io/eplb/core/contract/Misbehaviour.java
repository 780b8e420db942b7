package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.contract.Breach;
import io.eplb.api.contract.Rule;
import io.eplb.core.contract.Scenario.Answering;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The common steps of tests of a misbehaving policy: one bad answer, then good ones. */
final class Misbehaviour {
  private Misbehaviour() {}

  /** Gives up a policy that hangs; long enough that no other is late on a slow machine. */
  static final ContractSettings SETTINGS =
      ContractSettings.defaults().withProcessors(3).withDeadline(Duration.ofMinutes(10));

  static final ContractSettings IMPATIENT = SETTINGS.withDeadline(Duration.ofMillis(250));

  /** Misbehaves in the first call and is healthy from then on. */
  static GuardedPolicy once(Answering misbehaviour, ContractSettings settings) {
    return once(misbehaviour, settings, System::nanoTime);
  }

  /** As the other method, with a clock for the deadlines. */
  static GuardedPolicy once(
      Answering misbehaviour, ContractSettings settings, LongSupplier nanoTime) {
    AtomicInteger calls = new AtomicInteger();
    return new GuardedPolicy(
        () ->
            Scenario.policy(
                (current, workload, context) ->
                    calls.getAndIncrement() == 0
                        ? misbehaviour.answer(current, workload, context)
                        : Scenario.rotated(current, context)),
        settings,
        nanoTime);
  }

  static void assertRejected(Answering misbehaviour, ContractSettings settings, String reason) {
    assertRejected(misbehaviour, settings, System::nanoTime, reason);
  }

  static void assertRejected(
      Answering misbehaviour, ContractSettings settings, LongSupplier nanoTime, String reason) {
    try (GuardedPolicy policy = once(misbehaviour, settings, nanoTime)) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertSame(Scenario.CURRENT, outcome.table());
      assertFalse(outcome.changed());
      assertEquals(0, outcome.layerPriority().length);
      assertEquals(0, outcome.expertsMoved());
      assertEquals(List.of(), outcome.rejectedLayers());
      String message = message(outcome);
      assertTrue(message.startsWith("policy fake"), message);
      assertTrue(message.contains(reason), message);
      assertFalse(message.contains("\n"), message);
      assertEquals(1, policy.state().consecutiveFailures());
      assertEquals(List.of(message), policy.state().lastErrors());
      assertHealthy(policy);
    }
  }

  static void assertRejected(Answering misbehaviour, String reason) {
    assertRejected(misbehaviour, SETTINGS, reason);
  }

  static String message(PlanOutcome rejected) {
    return String.valueOf(rejected.failure().orElseThrow().getMessage());
  }

  static void assertHealthy(GuardedPolicy policy) {
    PlanOutcome next = Scenario.plan(policy);
    assertTrue(next.failure().isEmpty(), next::toString);
    assertTrue(next.changed());
    assertEquals(Scenario.CURRENT.version() + 1, next.table().version());
    assertEquals(Scenario.LAYERS, next.layerPriority().length);
    assertEquals(0, policy.state().consecutiveFailures());
  }

  /** Expects that layer 2 alone is rejected. */
  static void assertLayerRejected(Answering misbehaviour, Rule rule, String breach) {
    try (GuardedPolicy policy = once(misbehaviour, SETTINGS)) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertTrue(outcome.failure().isEmpty(), outcome::toString);
      assertEquals(
          List.of(breach), outcome.rejectedLayers().stream().map(Breach::toString).toList());
      assertEquals(rule, outcome.rejectedLayers().get(0).rule());
      assertTrue(outcome.table().sameLayer(2, Scenario.CURRENT.placement()));
      assertEquals(0, outcome.expertsMoved(2));
      for (int layer : new int[] {0, 1, 3, 4}) {
        assertFalse(outcome.table().sameLayer(layer, Scenario.CURRENT.placement()));
        assertTrue(outcome.expertsMoved(layer) > 0);
      }
      assertEquals("[0, 1, 3, 4]", Arrays.toString(outcome.layerPriority()));
      assertEquals(0, policy.state().consecutiveFailures());
      assertHealthy(policy);
    }
  }

  static void awaitUninterruptibly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException ignored) {
        Thread.interrupted();
      }
    }
  }
}
