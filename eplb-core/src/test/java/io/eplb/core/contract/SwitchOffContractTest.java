package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A policy that keeps failing is no longer asked. */
class SwitchOffContractTest {
  @Test
  void aPolicyIsSwitchedOffAfterTheLimitAndNoLongerAsked() {
    AtomicInteger calls = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      calls.incrementAndGet();
                      throw new IllegalStateException("broken");
                    }),
            Misbehaviour.SETTINGS.withFailureLimit(2))) {
      assertTrue(Scenario.plan(policy).failure().isPresent());
      assertFalse(policy.state().switchedOff());
      assertTrue(Scenario.plan(policy).failure().isPresent());
      assertTrue(policy.state().switchedOff());
      PlanOutcome off = Scenario.plan(policy);
      assertSame(Scenario.CURRENT, off.table());
      assertTrue(
          Misbehaviour.message(off)
              .startsWith("policy fake is switched off after 2 rejected plans in a row; the last"),
          Misbehaviour.message(off));
      assertEquals(2, calls.get());
      assertEquals(2, policy.state().consecutiveFailures());
      assertEquals(2, policy.state().lastErrors().size());
    }
  }

  @Test
  void anAcceptedPlanResetsTheCountOfFailures() {
    AtomicInteger calls = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      if (calls.getAndIncrement() % 2 == 0) {
                        throw new IllegalStateException("every other time");
                      }
                      return Scenario.rotated(current, context);
                    }),
            Misbehaviour.SETTINGS.withFailureLimit(2))) {
      for (int round = 0; round < 12; round++) {
        assertTrue(Scenario.plan(policy).failure().isPresent());
        Misbehaviour.assertHealthy(policy);
      }
      assertFalse(policy.state().switchedOff());
      assertEquals(PolicyState.MOST_ERRORS, policy.state().lastErrors().size());
    }
  }
}
