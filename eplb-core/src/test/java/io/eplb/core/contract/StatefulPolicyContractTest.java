package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Objective;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The traits of a policy, and its memory. */
class StatefulPolicyContractTest {
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  /** Answers by the number of its calls: first nothing, then a change, and so on. */
  private final class Counting implements EplbPolicy {
    private final Supplier<PolicyTraits> traits;
    private int calls;

    Counting(Supplier<PolicyTraits> traits) {
      this.traits = traits;
      made.incrementAndGet();
    }

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public PolicyTraits traits() {
      return traits.get();
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      return calls++ % 2 == 0 ? Rebalance.unchanged(current) : Scenario.rotated(current, context);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      throw new IllegalStateException("I stay");
    }
  }

  private GuardedPolicy counting(Supplier<PolicyTraits> traits) {
    return new GuardedPolicy(() -> new Counting(traits), Misbehaviour.SETTINGS);
  }

  @Test
  void traitsAreReadWithTheDeclaration() {
    PolicyTraits traits =
        PolicyTraits.builder().stateful(true).objective(Objective.OWN_MEASURE).build();
    try (GuardedPolicy policy = counting(() -> traits)) {
      assertSame(traits, policy.traits());
    }
  }

  @Test
  @SuppressWarnings("NullAway") // A policy's jar may come from a compiler without null checks.
  void traitsThatAreNullAreThePolicysFault() {
    assertFault(() -> null, "the traits of policy fake are null; without any, they are");
  }

  @Test
  void traitsThatCannotBeReadAreThePolicysFault() {
    assertFault(
        () -> {
          throw new IllegalStateException("ask later");
        },
        "the traits of policy fake cannot be read: ask later");
  }

  private void assertFault(Supplier<PolicyTraits> traits, String start) {
    String message =
        String.valueOf(
            assertThrows(PolicyException.class, () -> counting(traits).close()).getMessage());
    assertTrue(message.startsWith(start), message);
  }

  @Test
  void aStatefulPolicyForgetsAndAnswersTheSameQuestionTheSameWay() {
    try (GuardedPolicy policy = counting(() -> PolicyTraits.builder().stateful(true).build())) {
      for (int round = 0; round < 3; round++) {
        assertFalse(Scenario.plan(policy).changed());
        policy.forget();
      }
      assertEquals(3, made.get(), "an instance is made when it is asked");
      assertEquals(3, closed.get());
    }
  }

  @Test
  void aStatefulPolicyRemembersUnlessItIsToForget() {
    try (GuardedPolicy policy = counting(() -> PolicyTraits.builder().stateful(true).build())) {
      assertFalse(Scenario.plan(policy).changed());
      assertTrue(Scenario.plan(policy).changed());
      assertEquals(1, made.get());
    }
  }

  @Test
  void aStatelessPolicyKeepsItsInstance() {
    try (GuardedPolicy policy = counting(() -> PolicyTraits.DEFAULT)) {
      Scenario.plan(policy);
      policy.forget();
      Scenario.plan(policy);
      assertEquals(1, made.get());
      assertEquals(0, closed.get());
    }
  }

  @Test
  void p7AStatefulPolicyPassesTheProbeAlsoAfterForgetting() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () -> new Counting(() -> PolicyTraits.builder().stateful(true).build()),
            Misbehaviour.SETTINGS.withProbeDeterminism(true))) {
      for (int round = 0; round < 2; round++) {
        assertFalse(Scenario.plan(policy).changed());
        Misbehaviour.assertHealthy(policy);
        assertTrue(Scenario.plan(policy).failure().isEmpty());
        policy.forget();
      }
      assertEquals(4, made.get());
    }
  }

  @Test
  void aPolicyOfWhichNoSecondInstanceCanBeMadeFailsThePlanByName() {
    AtomicInteger tries = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () -> {
              if (tries.getAndIncrement() > 0) {
                throw new IllegalStateException("once is enough");
              }
              return new Counting(() -> PolicyTraits.builder().stateful(true).build());
            },
            Misbehaviour.SETTINGS)) {
      assertTrue(Scenario.plan(policy).failure().isEmpty());
      policy.forget();
      String message = Misbehaviour.message(Scenario.plan(policy));
      assertTrue(message.startsWith("policy fake failed: once is enough"), message);
    }
  }
}
