package io.eplb.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.context.AllocatedBytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(value = 1, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class StepGateTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final EpTopology TWO_RANKS = EpTopology.of(4, 2, 1, 1, 2);

  private final ExpertTable old = ExpertTable.initial(1, TWO_RANKS);
  private final ExpertTable next = ExpertTable.of(1, 4, old.placement());
  private final AtomicLong clock = new AtomicLong();
  private final StepGate gate = new StepGate(old, clock::get);
  private int changes;

  private void changed() {
    changes++;
  }

  @Test
  void stepsRunWithTheTableInForce() throws Exception {
    assertSame(old, gate.begin(0, 0));
    assertSame(old, gate.tryBegin(1, 0));
    gate.end(0, 0);
    gate.end(1, 0);
    assertEquals(GatePhase.OPEN, gate.phase());
  }

  @Test
  void aRankThatLagsRunsEarlierStepsWithTheOldTableBeforeTheSwitch() {
    gate.tryBegin(0, 0);
    gate.tryBegin(0, 1);
    assertEquals(2, gate.close(SECOND, this::changed));
    assertNull(gate.tryBegin(0, 2));
    gate.end(0, 1);
    gate.end(0, 0);
    assertFalse(gate.drained());

    assertSame(old, gate.tryBegin(1, 0));
    gate.end(1, 0);
    assertSame(old, gate.tryBegin(1, 1));
    assertFalse(gate.startSwitch(SECOND));
    changes = 0;
    gate.end(1, 1);
    assertEquals(1, changes);
    assertTrue(gate.drained());
    assertTrue(gate.startSwitch(SECOND));
    assertNull(gate.tryBegin(1, 2));
    gate.open(next);

    assertSame(next, gate.tryBegin(0, 2));
    assertSame(next, gate.tryBegin(1, 2));
    assertSame(next, gate.current());
  }

  @Test
  void aDrainThatIsGivenUpGoesOnWithTheOldTable() {
    assertEquals(0, gate.close(SECOND, this::changed));
    assertNull(gate.tryBegin(0, 0));
    assertTrue(gate.reopen());
    assertFalse(gate.reopen());
    assertSame(old, gate.tryBegin(0, 0));
  }

  @Test
  void whoWaitsForADrainThatIsOverdueOpensTheGateAndTellsTheOneWhoClosedIt() {
    gate.close(SECOND, this::changed);
    assertNull(gate.tryBegin(0, 0));
    clock.addAndGet(SECOND.toNanos());
    assertFalse(gate.startSwitch(SECOND), "what is overdue is not switched any more");
    assertSame(old, gate.tryBegin(0, 0));
    assertEquals(1, changes);
    assertFalse(gate.startSwitch(SECOND));
    assertThrows(InternalException.class, () -> gate.open(next));
  }

  @Test
  void aThreadThatWaitsOpensAnOverdueGateThoughNobodyElseDoes() throws Exception {
    StepGate real = new StepGate(old);
    real.close(Duration.ofMillis(1), () -> {});
    assertSame(old, real.begin(0, 0));
  }

  @Test
  void threadsThatWaitGoOnWithTheTableThatTheGateOpensWith() throws Exception {
    StepGate real = new StepGate(old);
    real.close(Duration.ofHours(1), () -> {});
    CompletableFuture<ExpertTable> first = CompletableFuture.supplyAsync(() -> begin(real, 0));
    CompletableFuture<ExpertTable> second = CompletableFuture.supplyAsync(() -> begin(real, 1));
    assertTrue(real.startSwitch(Duration.ofHours(1)));
    real.open(next);
    assertSame(next, first.get());
    assertSame(next, second.get());
  }

  private static ExpertTable begin(StepGate gate, int rank) {
    try {
      return gate.begin(rank, 0);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void aThreadThatSleepsIsWokenByWhatOpensTheGate() throws Exception {
    StepGate given = new StepGate(old);
    given.close(Duration.ofHours(1), () -> {});
    CompletableFuture<ExpertTable> lentAfterAll = whoSleeps(given);
    assertTrue(given.reopen());
    assertSame(old, lentAfterAll.get());

    StepGate switched = new StepGate(old);
    switched.close(Duration.ofHours(1), () -> {});
    CompletableFuture<ExpertTable> lentNext = whoSleeps(switched);
    assertTrue(switched.startSwitch(Duration.ofHours(1)));
    switched.open(next);
    assertSame(next, lentNext.get());
  }

  /** Returns what a thread will be lent that sleeps, since it has waited for long enough. */
  private static CompletableFuture<ExpertTable> whoSleeps(StepGate gate) {
    CompletableFuture<ExpertTable> lent = new CompletableFuture<>();
    Thread waiting = new Thread(() -> lent.complete(begin(gate, 0)));
    waiting.setDaemon(true);
    waiting.start();
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return lent;
  }

  @Test
  void aThreadThatIsInterruptedWhileItWaitsHasNotBegun() throws Exception {
    StepGate real = new StepGate(old);
    real.close(Duration.ofHours(1), () -> {});
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> real.begin(0, 0));
    real.reopen();
    assertSame(old, real.begin(0, 0));
  }

  @Test
  void aSwitchThatIsOverdueIsAnErrorToWhoWaitsForIt() {
    gate.close(SECOND, this::changed);
    assertTrue(gate.startSwitch(SECOND));
    clock.addAndGet(SECOND.toNanos());
    assertMessage(
        InternalException.class,
        "memory is still being rearranged after version 0; it should have been done in time",
        () -> gate.tryBegin(0, 0));
    gate.open(next);
    assertSame(next, gate.tryBegin(0, 0));
  }

  @Test
  void aBrokenGateLetsNobodyBeginAndSaysWhy() {
    gate.close(SECOND, this::changed);
    assertTrue(gate.startSwitch(SECOND));
    gate.fail("slot 1 of rank 0 is lost");
    gate.fail("again");
    assertEquals(GatePhase.BROKEN, gate.phase());
    assertMessage(InternalException.class, "slot 1 of rank 0 is lost", () -> gate.tryBegin(0, 0));
    assertMessage(InternalException.class, "slot 1 of rank 0 is lost", () -> gate.begin(0, 0));
  }

  @Test
  void aGateThatIsOpenOrDrainingMayFailToo() {
    gate.tryBegin(0, 0);
    gate.fail("version 0 is outdated");
    gate.end(0, 0);
    assertMessage(InternalException.class, "version 0 is outdated", () -> gate.tryBegin(0, 1));

    StepGate draining = new StepGate(old, clock::get);
    draining.tryBegin(0, 0);
    draining.close(SECOND, this::changed);
    draining.fail("version 0 is outdated");
    assertEquals(1, changes);
    assertMessage(InternalException.class, "version 0 is outdated", () -> draining.tryBegin(1, 0));
  }

  @Test
  void theGateIsClosedByOneAtATime() {
    gate.close(SECOND, this::changed);
    assertMessage(
        InternalException.class,
        "the gate is DRAINING; it should be open",
        () -> gate.close(SECOND, this::changed));
  }

  @Test
  void limitsOutOfRangeAreRefusedAndChangeNothing() {
    assertMessage(
        InvalidInputException.class,
        "the limit is PT-1S; it must be between 0 and PT24H",
        () -> gate.close(SECOND.negated(), this::changed));
    assertMessage(
        InvalidInputException.class,
        "the limit is PT24H0.000000001S; it must be between 0 and PT24H",
        () -> gate.startSwitch(StepGate.MAX_LIMIT.plusNanos(1)));
    assertEquals(GatePhase.OPEN, gate.phase());
  }

  @Test
  void aTableOfAnotherShapeDoesNotOpenTheGate() {
    gate.close(SECOND, this::changed);
    assertTrue(gate.startSwitch(SECOND));
    ExpertTable another =
        ExpertTable.initial(
            old.layers() + 1, EpTopology.of(old.experts(), old.ranks(), 1, 1, old.slotsPerRank()));
    assertMessage(
        InternalException.class,
        "the new table has %d layers × %d ranks × %d slots, the gate %d × %d × %d; they must agree"
            .formatted(
                old.layers() + 1,
                old.ranks(),
                old.slotsPerRank(),
                old.layers(),
                old.ranks(),
                old.slotsPerRank()),
        () -> gate.open(another));
    assertEquals(GatePhase.SWITCHING, gate.phase());
    gate.open(old);
  }

  @Test
  void stepsOutOfOrderAreRefused() {
    gate.tryBegin(0, 0);
    assertMessage(
        InvalidInputException.class,
        "rank 0 begins step 0; its next step is 1",
        () -> gate.tryBegin(0, 0));
    assertMessage(
        InvalidInputException.class,
        "rank 0 begins step 2; its next step is 1",
        () -> gate.begin(0, 2));
    assertMessage(
        InvalidInputException.class,
        "rank 2 does not exist; ranks are 0 to 1",
        () -> gate.tryBegin(2, 0));
    gate.end(0, 0);
    assertMessage(
        InvalidInputException.class,
        "rank 0 ends step 0, which is not in flight; its last step is 0",
        () -> gate.end(0, 0));
    assertThrows(InvalidInputException.class, () -> gate.end(1, 0));
    assertThrows(InvalidInputException.class, () -> gate.end(0, 1));
    assertThrows(InvalidInputException.class, () -> gate.end(0, -63));
  }

  @Test
  void manyStepsMayBeInFlightAndEndInAnyOrder() {
    for (int step = 0; step < StepGate.MAX_IN_FLIGHT; step++) {
      assertSame(old, gate.tryBegin(0, step));
      gate.tryBegin(1, step);
      gate.end(1, step);
    }
    assertMessage(
        InvalidInputException.class,
        "rank 0 begins step 63 while step 0 is in flight; that must end first",
        () -> gate.tryBegin(0, 63));
    assertEquals(63, gate.close(SECOND, this::changed));
    for (int step = StepGate.MAX_IN_FLIGHT - 1; step >= 0; step--) {
      assertFalse(gate.drained());
      gate.end(0, step);
    }
    assertTrue(gate.drained());
  }

  @Test
  void aGateOfOneProcessIsForItsRanksAloneAndStartsAtAnyStep() {
    StepGate own = new StepGate(old, 1, 1, 7, clock::get);
    assertEquals(1, own.firstRank());
    assertEquals(1, own.ranks());
    assertMessage(
        InvalidInputException.class,
        "rank 0 does not exist; ranks are 1 to 1",
        () -> own.tryBegin(0, 7));
    assertMessage(
        InvalidInputException.class,
        "rank 1 begins step 0; its next step is 7",
        () -> own.tryBegin(1, 0));
    assertSame(old, own.tryBegin(1, 7));
    assertEquals(8, own.close(SECOND, this::changed));
    own.end(1, 7);
    assertTrue(own.drained(), "nobody waits for the ranks of other processes");
    assertMessage(
        InvalidInputException.class,
        "a gate for 2 ranks from 1 on and from step 0 on; ranks are 0 to 1, steps 0 or more",
        () -> new StepGate(old, 1, 2, 0, clock::get));
  }

  @Test
  void aFenceThatIsRaisedLetsStepsBelowItRunWithTheOldTable() {
    assertFalse(gate.raise(5), "it is open");
    gate.tryBegin(0, 0);
    assertEquals(1, gate.close(SECOND, this::changed));
    assertNull(gate.tryBegin(0, 1));
    assertFalse(gate.raise(0), "that would be lower");
    assertTrue(gate.raise(2));
    assertSame(old, gate.tryBegin(0, 1));
    assertNull(gate.tryBegin(0, 2));
    gate.end(0, 0);
    assertFalse(gate.drained(0));
    changes = 0;
    gate.end(0, 1);
    assertEquals(1, changes);
    assertTrue(gate.drained(0));
    assertFalse(gate.drained(1));
    assertFalse(gate.drained());
  }

  @Test
  void stepsThatHaveEndedAreCountedUpToTheFirstThatHasNot() {
    assertEquals(0, gate.endedBelow(0));
    for (int step = 0; step < 70; step++) {
      gate.tryBegin(0, step);
      if (step != 40) {
        gate.end(0, step);
      }
      assertEquals(Math.min(step + 1, 40), gate.endedBelow(0));
    }
    gate.end(0, 40);
    assertEquals(70, gate.endedBelow(0));
  }

  @Test
  void beginningAndEndingAllocatesNothing() throws Exception {
    long allocated = Long.MAX_VALUE;
    long step = 0;
    // The first rounds pay for what the interpreter and the probe itself allocate.
    for (int round = 0; round < 10; round++) {
      long start = AllocatedBytes.ofThisThread();
      for (int index = 0; index < 10_000; index++) {
        gate.begin(0, step);
        gate.end(0, step++);
      }
      allocated = Math.min(allocated, AllocatedBytes.ofThisThread() - start);
    }
    assertTrue(allocated < 10_000, allocated + " bytes for 10,000 steps");
  }

  private static void assertMessage(
      Class<? extends EplbException> type, String message, Executable call) {
    assertEquals(message, assertThrows(type, call).getMessage());
  }

  private static final ExpertTable WITHOUT_RANK_1 =
      ExpertTable.of(
          2, 2, Placement.of(1, 2, 2, new int[] {0, 1, Placement.EMPTY, Placement.EMPTY}));

  private final ExpertTable spare = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 2));
  private final StepGate elastic = new StepGate(spare, clock::get);

  @Test
  void stepsThatNobodyHasBegunWaitForATableWithoutALostRank() {
    elastic.tryBegin(0, 0);
    elastic.tryBegin(1, 0);
    elastic.tryBegin(1, 1);
    assertTrue(elastic.lose(1, SECOND));
    assertFalse(elastic.lose(1, SECOND));
    assertTrue(elastic.isAbsent(1));
    assertEquals(GatePhase.SUSPENDED, elastic.phase());
    assertNull(elastic.tryBegin(0, 1), "the lost rank alone has begun it");
    elastic.end(0, 0);

    assertEquals(1, elastic.close(SECOND, this::changed));
    assertTrue(elastic.drained(), "the steps of the lost rank do not count");
    assertTrue(elastic.startSwitch(SECOND));
    elastic.open(WITHOUT_RANK_1);
    assertSame(WITHOUT_RANK_1, elastic.tryBegin(0, 1));
    elastic.end(1, 1);
  }

  @Test
  void aSwitchToATableThatStillNeedsALostRankLetsNoStepBegin() {
    elastic.lose(1, SECOND);
    elastic.close(SECOND, this::changed);
    elastic.startSwitch(SECOND);
    ExpertTable half = ExpertTable.of(1, 2, spare.placement());
    elastic.open(half);
    assertEquals(GatePhase.SUSPENDED, elastic.phase());
    assertSame(half, elastic.current());
    assertNull(elastic.tryBegin(0, 0));
    elastic.close(SECOND, this::changed);
    assertTrue(elastic.reopen());
    assertEquals(GatePhase.SUSPENDED, elastic.phase(), "a drain that is given up opens nothing");
    assertNull(elastic.tryBegin(0, 0));
  }

  @Test
  void whoWaitsForATableWithoutALostRankFailsWhenItIsOverdueAndEachSwitchGivesMoreTime() {
    elastic.lose(1, SECOND);
    clock.addAndGet(SECOND.toNanos() - 1);
    elastic.close(SECOND, this::changed);
    elastic.startSwitch(SECOND);
    elastic.open(ExpertTable.of(1, 2, spare.placement()));
    clock.addAndGet(SECOND.toNanos() - 1);
    assertNull(elastic.tryBegin(0, 0));
    clock.addAndGet(1);
    assertMessage(
        InternalException.class,
        "version 1 needs rank 1, which has failed, and no other table has come in time",
        () -> elastic.tryBegin(0, 0));
    elastic.close(SECOND, this::changed);
    elastic.startSwitch(SECOND);
    elastic.open(WITHOUT_RANK_1);
    assertSame(WITHOUT_RANK_1, elastic.tryBegin(0, 0));
  }

  @Test
  void aRankThatIsLostWhileStepsDrainIsNotWaitedFor() {
    elastic.tryBegin(0, 0);
    elastic.tryBegin(1, 0);
    elastic.close(SECOND, this::changed);
    elastic.end(0, 0);
    assertFalse(elastic.drained());
    changes = 0;
    elastic.lose(1, SECOND);
    assertEquals(1, changes);
    assertTrue(elastic.drained());
    assertTrue(elastic.startSwitch(SECOND));
    elastic.open(elastic.current());
    assertEquals(GatePhase.SUSPENDED, elastic.phase());
  }

  @Test
  void aRankThatReturnsRunsTheStepsOfTheOthersFromTheFirstTableWithItOn() {
    elastic.tryBegin(0, 0);
    elastic.tryBegin(1, 0);
    elastic.lose(1, SECOND);
    assertMessage(
        InternalException.class,
        "version 0 places experts on rank 1, which has lost them; another table must come first",
        () -> elastic.readmit(1));
    elastic.end(0, 0);
    elastic.close(SECOND, this::changed);
    elastic.startSwitch(SECOND);
    elastic.open(WITHOUT_RANK_1);
    for (int step = 1; step < 9; step++) {
      elastic.tryBegin(0, step);
      elastic.end(0, step);
    }
    assertTrue(elastic.readmit(1));
    assertFalse(elastic.readmit(1));
    assertTrue(elastic.isAbsent(1));
    assertEquals(9, elastic.close(SECOND, this::changed));
    elastic.startSwitch(SECOND);
    ExpertTable again = ExpertTable.of(3, 2, spare.placement());
    elastic.open(again);
    assertFalse(elastic.isAbsent(1));
    assertSame(again, elastic.tryBegin(1, 9));
    assertSame(again, elastic.tryBegin(0, 9));
    elastic.close(SECOND, this::changed);
    elastic.end(0, 9);
    assertFalse(elastic.drained(), "the rank that is back is waited for");
    elastic.end(1, 9);
    assertTrue(elastic.drained());
  }

  @Test
  void aThreadOfALostRankThatWaitsIsTold() throws Exception {
    StepGate real = new StepGate(spare);
    real.close(Duration.ofHours(1), () -> {});
    CompletableFuture<ExpertTable> waiting = CompletableFuture.supplyAsync(() -> begin(real, 1));
    real.lose(1, Duration.ofHours(1));
    ExecutionException thrown = assertThrows(ExecutionException.class, waiting::get);
    assertTrue(
        String.valueOf(thrown.getMessage())
            .endsWith("rank 1 has failed; it begins steps again when it has returned"));
  }
}
