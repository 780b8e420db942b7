package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerEnd;
import io.eplb.api.LayerEnd.Outcome;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.Scenario.Answering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The calls of a policy after its answer: the ends of layers, and its own. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class LayerEndContractTest {
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letAbandonedThreadsEnd() {
    end.countDown();
  }

  /** Writes down what it hears and on which thread. */
  private class Listening implements EplbPolicy {
    private final Answering answering;
    private final boolean stateful;

    Listening(Answering answering, boolean stateful) {
      this.answering = answering;
      this.stateful = stateful;
    }

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public PolicyTraits traits() {
      return PolicyTraits.builder().stateful(stateful).build();
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      hear("asked");
      return answering.answer(current, workload, context);
    }

    @Override
    public void layerEnded(LayerEnd layerEnd) {
      hear(layerEnd.layer() + " " + layerEnd.outcome() + " " + layerEnd.tableVersion());
    }

    @Override
    public void close() {
      hear("closed");
    }

    void hear(String what) {
      heard.add(what);
      threads.add(Thread.currentThread());
    }
  }

  private GuardedPolicy listening(Answering answering) {
    return new GuardedPolicy(() -> new Listening(answering, false), Misbehaviour.SETTINGS);
  }

  @Test
  void endsAreToldInOrderOnThePolicysThreadBeforeItsNextCall() {
    try (GuardedPolicy policy =
        listening((current, workload, context) -> Scenario.rotated(current, context))) {
      PlanOutcome plan = Scenario.plan(policy);
      policy.layersEnded(
          plan,
          List.of(
              LayerEnd.of(3, Outcome.COMMITTED, 1),
              LayerEnd.of(0, Outcome.NOT_WORTH_IT, 1),
              LayerEnd.of(1, Outcome.ABORTED, 1)));
      policy.layersEnded(plan, List.of(LayerEnd.of(2, Outcome.COMMITTED, 2)));
      assertEquals(List.of("asked"), heard);
      Scenario.plan(policy);
    }
    assertEquals(
        List.of(
            "asked",
            "3 COMMITTED 1",
            "0 NOT_WORTH_IT 1",
            "1 ABORTED 1",
            "2 COMMITTED 2",
            "asked",
            "closed"),
        heard);
    assertEquals(1, threads.size());
    assertTrue(threads.iterator().next().getName().equals("eplb-policy-fake"));
  }

  @Test
  void theContractTellsOfRejectedLayersAndOfMarkedOnesThatAreInForceAlready() {
    try (GuardedPolicy policy =
        listening(
            (current, workload, context) ->
                Rebalance.of(
                    true,
                    new int[] {4, 2, 0},
                    Placement.builder(current).set(2, 0, 0, 99).set(0, 0, 0, 3).build()))) {
      PlanOutcome plan = Scenario.plan(policy);
      assertEquals(1, plan.layerPriority().length);
      policy.committed(plan);
    }
    assertEquals(
        List.of("asked", "4 COMMITTED 0", "2 REJECTED 0", "0 COMMITTED 1", "closed"), heard);
  }

  @Test
  void endsOfOtherLayersOrToldTwiceAreRefusedAndThoseOfEarlierPlansAreDropped() {
    try (GuardedPolicy policy =
        listening((current, workload, context) -> Scenario.rotated(current, context))) {
      PlanOutcome first = Scenario.plan(policy);
      PlanOutcome plan = Scenario.plan(policy);
      policy.committed(first);
      policy.layersEnded(plan, List.of(LayerEnd.of(1, Outcome.ABORTED, 1)));
      assertRefused(policy, plan, 1);
      assertRefused(policy, plan, 5);
    }
    assertEquals(List.of("asked", "asked", "1 ABORTED 1", "closed"), heard);
  }

  private static void assertRefused(GuardedPolicy policy, PlanOutcome plan, int layer) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> policy.layersEnded(plan, List.of(LayerEnd.of(layer, Outcome.COMMITTED, 1))));
    assertEquals(
        "the plan does not change layer "
            + layer
            + ", or its end was told before; tell each layer that changes once",
        refused.getMessage());
  }

  @Test
  void aPolicyThatFailsInLayerEndedFailsItsNextPlanUnderThatName() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                new Listening(
                    (current, load, context) -> Scenario.rotated(current, context), false) {
                  @Override
                  public void layerEnded(LayerEnd layerEnd) {
                    throw new IllegalStateException("I do not want to know");
                  }
                },
            Misbehaviour.SETTINGS)) {
      policy.committed(Scenario.plan(policy));
      PlanOutcome failed = Scenario.plan(policy);
      assertSame(Scenario.CURRENT, failed.table());
      String message = Misbehaviour.message(failed);
      assertTrue(
          message.startsWith("policy fake failed in layerEnded: I do not want to know"), message);
      assertEquals(1, policy.state().consecutiveFailures());
      Misbehaviour.assertHealthy(policy);
    }
    assertEquals(List.of("asked", "asked", "closed"), heard);
  }

  @Test
  void p8APolicyThatHangsInLayerEndedIsAbandonedUnderThatName() {
    AtomicLong clock = new AtomicLong();
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                new Listening(
                    (current, load, context) -> Scenario.rotated(current, context), false) {
                  @Override
                  public void layerEnded(LayerEnd layerEnd) {
                    clock.set(Misbehaviour.IMPATIENT.deadline().toNanos());
                    Misbehaviour.awaitUninterruptibly(end);
                  }
                },
            Misbehaviour.IMPATIENT,
            clock::get)) {
      policy.committed(Scenario.plan(policy));
      String message = Misbehaviour.message(Scenario.plan(policy));
      assertEquals(
          "policy fake: P8: no answer within 250 ms; give it more time, or choose a faster policy (the"
              + " answer comes before the deadline);"
              + " it did not return from layerEnded",
          message);
      Misbehaviour.assertHealthy(policy);
    }
  }

  @Test
  void aPolicyIsClosedOnceAfterItsLastEnds() {
    GuardedPolicy policy =
        listening((current, workload, context) -> Scenario.rotated(current, context));
    policy.committed(Scenario.plan(policy));
    policy.close();
    policy.close();
    assertEquals(7, heard.size());
    assertEquals("closed", heard.get(6));
    assertEquals(1, threads.size());
  }

  @Test
  void aPolicyThatWasNeverAskedIsClosedToo() {
    listening((current, workload, context) -> Scenario.rotated(current, context)).close();
    assertEquals(List.of("closed"), heard);
  }

  @Test
  void aPolicyThatFailsInCloseHarmsNobody() {
    GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                new Listening(
                    (current, load, context) -> Scenario.rotated(current, context), false) {
                  @Override
                  public void close() {
                    hear("closing");
                    throw new StackOverflowError();
                  }
                },
            Misbehaviour.SETTINGS);
    policy.close();
    assertEquals(List.of("closing"), heard);
  }

  @Test
  void anInterruptFreesTheCallerFromAPolicyThatHangsInClose() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                new Listening(
                    (current, load, context) -> Scenario.rotated(current, context), false) {
                  @Override
                  public void close() {
                    inside.countDown();
                    Misbehaviour.awaitUninterruptibly(end);
                  }
                },
            Misbehaviour.SETTINGS);
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              policy.close();
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    inside.await();
    caller.interrupt();
    caller.join();
    assertTrue(flag.get());
  }

  @Test
  void aPolicyThatIsGivenUpIsClosedWhenItsCallReturns() throws InterruptedException {
    AtomicLong clock = new AtomicLong();
    CountDownLatch closed = new CountDownLatch(1);
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                new Listening(
                    (current, load, context) -> {
                      clock.set(Misbehaviour.IMPATIENT.deadline().toNanos());
                      Misbehaviour.awaitUninterruptibly(end);
                      return Rebalance.unchanged(current);
                    },
                    false) {
                  @Override
                  public void close() {
                    hear(Thread.currentThread().isInterrupted() ? "interrupted" : "closed");
                    closed.countDown();
                  }
                },
            Misbehaviour.IMPATIENT,
            clock::get)) {
      assertTrue(Scenario.plan(policy).failure().isPresent());
      assertEquals(List.of("asked"), heard);
      end.countDown();
      closed.await();
      assertEquals(List.of("asked", "closed"), heard);
    }
  }

  @Test
  void theSecondInstanceOfTheProbeHearsTheSame() {
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () ->
                new Listening((current, load, context) -> Scenario.rotated(current, context), true),
            Misbehaviour.SETTINGS.withProbeDeterminism(true))) {
      policy.layersEnded(Scenario.plan(policy), List.of(LayerEnd.of(1, Outcome.ABORTED, 0)));
      heard.clear();
      Misbehaviour.assertHealthy(policy);
      assertEquals(List.of("1 ABORTED 0", "asked", "1 ABORTED 0", "asked"), heard);
    }
  }
}
