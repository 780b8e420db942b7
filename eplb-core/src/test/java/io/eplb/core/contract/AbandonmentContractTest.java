package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.Scenario.Answering;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A policy that does not come back is left behind, and so is whatever it left running. */
class AbandonmentContractTest {
  /** Lets threads that ignore everything else end with their test. */
  private final AtomicBoolean over = new AtomicBoolean();

  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letAbandonedThreadsEnd() {
    over.set(true);
    end.countDown();
  }

  @Test
  void p8APolicyThatLoopsForEverIsAbandoned() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          while (!over.get()) {
            Thread.onSpinWait();
          }
          return Rebalance.unchanged(current);
        },
        Misbehaviour.IMPATIENT,
        "P8: no answer within 250 ms (the answer comes before the deadline)");
  }

  @Test
  void p8APolicyWhoseLayersLoopForEverIsAbandoned() {
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
          context.forEachLayer(
              current.layers(),
              () -> "",
              (layer, scratch) -> {
                while (!over.get()) {
                  Thread.onSpinWait();
                }
              });
          return Rebalance.unchanged(current);
        },
        Misbehaviour.IMPATIENT,
        "P8: no answer within 250 ms");
  }

  @Test
  void anAbandonedPolicyIsInterruptedAndRunsNoMoreLayers() throws InterruptedException {
    CountDownLatch noticed = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Misbehaviour.assertRejected(
        (current, workload, context) -> {
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
        Misbehaviour.IMPATIENT,
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
                      Misbehaviour.awaitUninterruptibly(release);
                      answered.countDown();
                      return Scenario.answer(current, Placement.builder(current));
                    }),
            // The second plan waits for the first one's answer, so it needs time.
            Misbehaviour.SETTINGS.withDeadline(Duration.ofMillis(250)))) {
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
