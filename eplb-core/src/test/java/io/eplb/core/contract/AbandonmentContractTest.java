package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.Scenario.Answering;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A policy that does not return is abandoned together with its threads. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class AbandonmentContractTest {
  /** Lets threads that ignore everything else end with their test. */
  private final AtomicBoolean over = new AtomicBoolean();

  private final CountDownLatch end = new CountDownLatch(1);

  /** Stands still until the policy that misbehaves is at it, so the healthy one is in time. */
  private final AtomicLong clock = new AtomicLong();

  private void letTheFirstDeadlinePass() {
    clock.set(Misbehaviour.IMPATIENT.deadline().toNanos());
  }

  private void assertLate(Answering misbehaviour, String reason) {
    Misbehaviour.assertRejected(misbehaviour, Misbehaviour.IMPATIENT, clock::get, reason);
  }

  @AfterEach
  void letAbandonedThreadsEnd() {
    over.set(true);
    end.countDown();
  }

  @Test
  void p8APolicyThatLoopsForEverIsAbandoned() {
    assertLate(
        (current, workload, context) -> {
          letTheFirstDeadlinePass();
          while (!over.get()) {
            Thread.onSpinWait();
          }
          return Rebalance.unchanged(current);
        },
        "P8: no answer within 250 ms; give it more time, or choose a faster policy (the answer comes"
            + " before the deadline)");
  }

  @Test
  void p8APolicyWhoseLayersLoopForEverIsAbandoned() {
    assertLate(
        (current, workload, context) -> {
          context.forEachLayer(
              current.layers(),
              () -> "",
              (layer, scratch) -> {
                letTheFirstDeadlinePass();
                while (!over.get()) {
                  Thread.onSpinWait();
                }
              });
          return Rebalance.unchanged(current);
        },
        "P8: no answer within 250 ms");
  }

  @Test
  void anAbandonedPolicyIsInterruptedAndRunsNoMoreLayers() throws InterruptedException {
    CountDownLatch noticed = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    assertLate(
        (current, workload, context) -> {
          letTheFirstDeadlinePass();
          try {
            end.await();
          } catch (InterruptedException interrupted) {
            try {
              context.forEachLayer(3, () -> "", (layer, scratch) -> {});
            } catch (CancellationException cancelled) {
              thrown.set(cancelled);
            }
            noticed.countDown();
          }
          return Rebalance.unchanged(current);
        },
        "P8: ");
    noticed.await();
    assertTrue(thrown.get() instanceof CancellationException);
  }

  @Test
  void aLateAnswerIsNeverTakenForTheNextPlans() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                Scenario.policy(
                    (current, workload, context) -> {
                      if (calls.getAndIncrement() > 0) {
                        release.countDown();
                        Misbehaviour.awaitUninterruptibly(answered);
                        return Rebalance.unchanged(current);
                      }
                      letTheFirstDeadlinePass();
                      Misbehaviour.awaitUninterruptibly(release);
                      answered.countDown();
                      return Scenario.answer(current, Placement.builder(current));
                    }),
            Misbehaviour.IMPATIENT,
            clock::get)) {
      assertTrue(Scenario.plan(policy).failure().isPresent());
      PlanOutcome second = Scenario.plan(policy);
      assertTrue(second.failure().isEmpty(), second::toString);
      assertSame(Scenario.CURRENT, second.table());
      assertEquals(2, calls.get());
    }
  }

  @Test
  void threadsOfAPolicysOwnCannotRunLayersAfterItsAnswer() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch refused = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (GuardedPolicy policy =
        Misbehaviour.once(
            (current, workload, context) -> {
              Thread own =
                  new Thread(
                      () -> {
                        Misbehaviour.awaitUninterruptibly(answered);
                        try {
                          context.forEachLayer(3, () -> "", (layer, scratch) -> {});
                        } catch (CancellationException cancelled) {
                          thrown.set(cancelled);
                        }
                        refused.countDown();
                      });
              own.start();
              return Scenario.rotated(current, context);
            },
            Misbehaviour.SETTINGS)) {
      Misbehaviour.assertHealthy(policy);
      answered.countDown();
      refused.await();
      assertTrue(thrown.get() instanceof CancellationException);
      Misbehaviour.assertHealthy(policy);
    }
  }

  @Test
  void threadsOfAPolicysOwnThatOccupyTheWorkersDoNotHoldUpTheNextPlan() {
    assertOccupied(
        (current, workload, context) -> {
          CountDownLatch inside = new CountDownLatch(1);
          Thread own = new Thread(() -> occupy(context, inside));
          own.setDaemon(true);
          own.start();
          Misbehaviour.awaitUninterruptibly(inside);
          return Scenario.rotated(current, context);
        });
  }

  private static void assertOccupied(Answering misbehaviour) {
    try (GuardedPolicy policy = Misbehaviour.once(misbehaviour, Misbehaviour.SETTINGS)) {
      Misbehaviour.assertHealthy(policy);
      Misbehaviour.assertHealthy(policy);
    }
  }

  private void occupy(PolicyContext context, CountDownLatch inside) {
    try {
      context.forEachLayer(
          2,
          () -> "",
          (layer, scratch) -> {
            inside.countDown();
            Misbehaviour.awaitUninterruptibly(end);
          });
    } catch (CancellationException expected) {
      inside.countDown();
    }
  }

  @Test
  void anInterruptedCallerGetsItsThreadBackAndTheNextPlanWorks() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    try (GuardedPolicy policy =
        Misbehaviour.once(
            (current, workload, context) -> {
              inside.countDown();
              Misbehaviour.awaitUninterruptibly(end);
              return Rebalance.unchanged(current);
            },
            Misbehaviour.SETTINGS)) {
      Thread caller =
          new Thread(
              () -> {
                try {
                  Scenario.plan(policy);
                } catch (CancellationException cancelled) {
                  thrown.set(cancelled);
                  flag.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      inside.await();
      caller.interrupt();
      caller.join();
      assertTrue(thrown.get() instanceof CancellationException);
      assertTrue(flag.get());
      assertEquals(0, policy.state().consecutiveFailures());
      Misbehaviour.assertHealthy(policy);
    }
  }

  @Test
  void closingGivesUpThePlanThatIsUnderWay() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    GuardedPolicy policy =
        Misbehaviour.once(
            (current, workload, context) -> {
              inside.countDown();
              Misbehaviour.awaitUninterruptibly(end);
              return Rebalance.unchanged(current);
            },
            Misbehaviour.SETTINGS);
    Thread caller =
        new Thread(
            () -> {
              try {
                Scenario.plan(policy);
              } catch (CancellationException cancelled) {
                thrown.set(cancelled);
              }
            });
    caller.start();
    inside.await();
    policy.close();
    caller.join();
    assertTrue(thrown.get() instanceof CancellationException);
    assertThrows(CancellationException.class, () -> Scenario.plan(policy));
  }
}
