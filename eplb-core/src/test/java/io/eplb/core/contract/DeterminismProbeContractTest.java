package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rule P7, by asking two instances. */
class DeterminismProbeContractTest {
  @Test
  void p7AnAnswerThatDiffersEachTimeIsRejectedByTheProbe() {
    AtomicInteger calls = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) ->
                        calls.getAndIncrement() % 2 == 0
                            ? Scenario.rotated(current, context)
                            : Scenario.answer(current, Placement.builder(current))),
            Misbehaviour.SETTINGS.withProbeDeterminism(true))) {
      PlanOutcome outcome = Scenario.plan(policy);
      assertSame(Scenario.CURRENT, outcome.table());
      String message = Misbehaviour.message(outcome);
      assertTrue(
          message.contains("P7, layer 0, rank 0, slot 0: expert 3 in one answer, 0 in the other"),
          message);
      assertEquals(2, calls.get());
    }
  }

  @Test
  void p7APolicyWithAMemoryPassesTheProbe() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () -> {
              AtomicInteger memory = new AtomicInteger();
              return Scenario.policy(
                  (current, workload, context) ->
                      memory.getAndIncrement() % 2 == 0
                          ? Rebalance.unchanged(current)
                          : Scenario.rotated(current, context));
            },
            Misbehaviour.SETTINGS.withProbeDeterminism(true))) {
      assertFalse(Scenario.plan(policy).changed());
      Misbehaviour.assertHealthy(policy);
      assertTrue(Scenario.plan(policy).failure().isEmpty());
    }
  }
}
