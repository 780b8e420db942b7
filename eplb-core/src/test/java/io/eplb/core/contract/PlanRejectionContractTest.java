package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.Scenario.Answering;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A policy throws something or gives a wrong answer: the current table stays and the next plan
 * works.
 */
class PlanRejectionContractTest {
  @Test
  void aNullIsRejected() {
    Misbehaviour.assertRejected(nullAnswer(), "the answer is null");
  }

  @SuppressWarnings("NullAway") // What a policy compiled without null checks may do.
  private static Answering nullAnswer() {
    return (current, workload, context) -> null;
  }

  @Test
  void p1AnAnswerWithALayerTooFewIsRejected() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            Scenario.rotated(ExpertTable.initial(4, Scenario.TOPOLOGY), context),
        "P1: the answer has 4 layers × 4 ranks × 3 slots instead of 5 layers × 4 ranks × 3 slots");
  }

  @Test
  void p1AnAnswerWithRanksAndSlotsSwappedIsRejected() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            Rebalance.of(true, new int[] {0}, Placement.builder(5, 3, 4).build()),
        "P1: the answer has 5 layers × 3 ranks × 4 slots");
  }

  @Test
  void anExceptionIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new IllegalStateException("no\nidea");
        },
        "policy fake failed: no idea (at PlanRejectionContractTest.java:");
  }

  @Test
  void anExceptionInALayerTaskIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          context.forEachLayer(
              100,
              () -> "",
              (layer, scratch) -> {
                throw new IllegalStateException("layer " + layer);
              });
          return Rebalance.unchanged(current);
        },
        "failed: layer 0");
  }

  @Test
  void anExceptionWhoseOwnMethodsThrowIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new TreacherousException();
        },
        "it gave no reason");
  }

  private static final class TreacherousException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not even this");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("nor this");
    }
  }

  @Test
  void aSneakyCheckedExceptionIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw PlanRejectionContractTest.<RuntimeException>sneaky(new IOException("disk"));
        },
        "failed: disk");
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void anOutOfMemoryErrorIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new OutOfMemoryError("Java heap space");
        },
        "failed: it ran out of memory: Java heap space");
  }

  @Test
  void aRealStackOverflowIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            recurse(0) > 0 ? Scenario.rotated(current, context) : Rebalance.unchanged(current),
        "failed: it recursed too deeply");
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  @Test
  @SuppressWarnings("removal")
  void aThreadDeathIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new ThreadDeath();
        },
        "failed: it stopped its thread");
  }

  @Test
  void aMissingClassIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new NoClassDefFoundError("org/example/Absent");
        },
        "failed: the class org.example.Absent that it needs is missing");
  }

  @Test
  void aFailingStaticInitialiserIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) ->
            Broken.VALUE > 0 ? Scenario.rotated(current, context) : Rebalance.unchanged(current),
        "failed: a class of it could not be initialised: no licence file");
  }

  private static final class Broken {
    static final int VALUE = fail();

    private static int fail() {
      throw new IllegalStateException("no licence file");
    }
  }

  @Test
  void anAssertionErrorIsContained() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          throw new AssertionError("peak below mean");
        },
        "failed: peak below mean");
  }

  @Test
  void aBrokenVirtualMachineIsNotThePolicysFault() {
    InternalError broken = new InternalError("heap corrupt");
    try (GuardedPolicy policy =
        Misbehaviour.once(
            (current, workload, context) -> {
              throw broken;
            },
            Misbehaviour.SETTINGS)) {
      assertSame(broken, assertThrows(InternalError.class, () -> Scenario.plan(policy)));
      assertEquals(0, policy.state().consecutiveFailures());
      Misbehaviour.assertHealthy(policy);
    }
  }

  @Test
  void aPolicyThatInterruptsItselfDoesNotHarmTheNextCall() {
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      calls.incrementAndGet();
                      if (Thread.currentThread().isInterrupted()) {
                        interrupted.incrementAndGet();
                      }
                      Thread.currentThread().interrupt();
                      return Scenario.rotated(current, context);
                    }),
            Misbehaviour.SETTINGS)) {
      Misbehaviour.assertHealthy(policy);
      Misbehaviour.assertHealthy(policy);
      assertEquals(2, calls.get());
      assertEquals(0, interrupted.get());
      assertFalse(Thread.currentThread().isInterrupted());
    }
  }
}
