package io.eplb.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One thread that does what another does in the middle of a call: between any two accesses of a
 * beginning, ending or closing thread to what is in flight. Real threads meet these moments now and
 * then; this does every time.
 */
class StepGateInterleavingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final EpTopology TWO_RANKS = EpTopology.of(2, 2, 1, 1, 1);

  /** The accesses, before or after which something else happens. */
  private enum Moment {
    BEFORE_ANNOUNCING,
    AFTER_ANNOUNCING,
    BEFORE_STARTING,
    AFTER_STARTING,
    BEFORE_REMOVING,
    AFTER_REMOVING,
    BEFORE_LOOKING,
    AFTER_LOOKING
  }

  /** Steps in flight, whose accesses are interrupted once. */
  private static final class Interrupted extends StepsInFlight {
    private Moment when = Moment.BEFORE_ANNOUNCING;
    private int times;
    private Runnable what = () -> {};

    Interrupted() {
      super(0, 2, 0);
    }

    /** Does something at a moment, the first time or a later one. */
    void at(Moment moment, int time, Runnable action) {
      when = moment;
      times = time;
      what = action;
    }

    boolean happened() {
      return times <= 0;
    }

    private void at(Moment moment) {
      if (moment == when && --times == 0) {
        what.run();
      }
    }

    @Override
    void announce(int rank, long step) {
      at(Moment.BEFORE_ANNOUNCING);
      super.announce(rank, step);
      at(Moment.AFTER_ANNOUNCING);
    }

    @Override
    void start(int rank, long step) {
      at(Moment.BEFORE_STARTING);
      super.start(rank, step);
      at(Moment.AFTER_STARTING);
    }

    @Override
    boolean remove(int rank, long step) {
      at(Moment.BEFORE_REMOVING);
      boolean removed = super.remove(rank, step);
      at(Moment.AFTER_REMOVING);
      return removed;
    }

    @Override
    long lastAnnounced(AbsentRanks absent) {
      at(Moment.BEFORE_LOOKING);
      long last = super.lastAnnounced(absent);
      at(Moment.AFTER_LOOKING);
      return last;
    }
  }

  private final ExpertTable old = ExpertTable.initial(1, TWO_RANKS);
  private final ExpertTable next = ExpertTable.of(1, 2, old.placement());
  private final AtomicLong clock = new AtomicLong();
  private final Interrupted steps = new Interrupted();
  private final StepGate gate = new StepGate(old, steps, 0, 2, clock::get);
  private final List<String> told = new ArrayList<>();
  private long closedFrom = -1;

  private void close() {
    closedFrom = gate.close(SECOND, () -> told.add("changed"));
  }

  /** Whatever a step got, closing and it agree: below k with the old table, else not begun. */
  private void requireAgreement(@Nullable ExpertTable got, long step) {
    if (step < closedFrom) {
      assertSame(old, got);
      assertFalse(gate.drained(), "the step is in flight");
    } else {
      assertNull(got);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void whoClosesWhileAStepBeginsAgreesWithIt(Moment moment) {
    steps.at(moment, 1, this::close);
    ExpertTable got = gate.tryBegin(0, 0);
    assertTrue(steps.happened());
    requireAgreement(got, 0);
    drainWith(got);
    assertTrue(gate.drained());
    assertTrue(gate.startSwitch(SECOND));
    gate.open(next);
    assertSame(
        next, gate.tryBegin(0, closedFrom), "the step that was held up is the next to begin");
    assertSame(next, gate.tryBegin(1, closedFrom));
  }

  /** Lets both ranks run what is below the fence. */
  private void drainWith(@Nullable ExpertTable got) {
    if (got != null) {
      gate.end(0, 0);
      assertSame(old, gate.tryBegin(1, 0), "the other rank runs it with the old table too");
      gate.end(1, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aWholeSwitchWhileAStepBeginsLeavesItOneTable(Moment moment) {
    steps.at(
        moment,
        1,
        () -> {
          close();
          if (gate.startSwitch(SECOND)) {
            gate.open(next);
          }
        });
    ExpertTable got = gate.tryBegin(0, 0);
    assertTrue(steps.happened());
    if (gate.phase() == GatePhase.OPEN) {
      assertSame(next, got == null ? gate.tryBegin(0, 0) : got, "it was switched before the step");
    } else {
      requireAgreement(got, 0);
    }
  }

  @Test
  void aStepThatIsHeldUpHasNeverStartedAndIsTheNextOne() {
    steps.at(Moment.BEFORE_ANNOUNCING, 1, this::close);
    assertNull(gate.tryBegin(0, 0), "it was closed before the announcement could be seen");
    assertEquals(0, closedFrom);
    assertEquals(-1, gate.lastStarted(0));
    assertEquals(0, gate.endedBelow(0));
    assertTrue(gate.drained(), "the announcement was taken back");
    assertEquals(List.of("changed"), told, "and who has closed was told of that");
    assertTrue(gate.reopen());
    assertSame(old, gate.tryBegin(0, 0));
  }

  @Test
  void whoLooksBeforeAnAnnouncementIsTakenBackIsToldOfItsEnd() {
    steps.at(Moment.BEFORE_ANNOUNCING, 1, this::close);
    assertNull(gate.tryBegin(0, 0));
    gate.reopen();
    told.clear();
    List<Boolean> seen = new ArrayList<>();
    steps.at(
        Moment.BEFORE_ANNOUNCING,
        1,
        () -> {
          close();
          steps.at(Moment.BEFORE_REMOVING, 1, () -> seen.add(gate.drained()));
        });
    assertNull(gate.tryBegin(0, 0));
    assertEquals(List.of(false), seen, "the announcement stands in the way");
    assertEquals(List.of("changed"), told);
    assertTrue(gate.drained());
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_LOOKING", "AFTER_LOOKING"})
  void aStepThatBeginsWhileTheGateIsBeingClosedIsBelowTheFenceOrWaits(Moment moment) {
    for (int time = 1; time <= 2; time++) {
      for (int rank = 0; rank < 2; rank++) {
        requireStepIsBelowTheFenceOrWaits(moment, time, rank);
      }
    }
  }

  private void requireStepIsBelowTheFenceOrWaits(Moment moment, int time, int rank) {
    Interrupted own = new Interrupted();
    StepGate fresh = new StepGate(old, own, 0, 2, clock::get);
    fresh.tryBegin(0, 0);
    long step = fresh.lastStarted(rank) + 1;
    ExpertTable[] got = {null};
    own.at(moment, time, () -> got[0] = fresh.tryBegin(rank, step));
    long from = fresh.close(SECOND, () -> {});
    assertTrue(own.happened());
    assertEquals(step < from, got[0] != null, "step %d, closed from %d".formatted(step, from));
    assertFalse(fresh.drained());
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_REMOVING", "AFTER_REMOVING"})
  void aStepThatEndsWhileTheGateIsClosedIsNotMissed(Moment moment) {
    gate.tryBegin(0, 0);
    gate.tryBegin(1, 0);
    gate.end(1, 0);
    steps.at(moment, 1, this::close);
    gate.end(0, 0);
    assertTrue(steps.happened());
    assertTrue(gate.drained());
    assertTrue(moment == Moment.AFTER_REMOVING || !told.isEmpty(), "it was closed before the end");
  }

  @Test
  void aDrainThatIsGivenUpWhileAStepBeginsLeavesItTheOldTable() {
    for (Moment moment : List.of(Moment.BEFORE_ANNOUNCING, Moment.AFTER_ANNOUNCING)) {
      long step = gate.lastStarted(0) + 1;
      steps.at(
          moment,
          1,
          () -> {
            close();
            assertTrue(gate.reopen());
          });
      assertSame(old, gate.tryBegin(0, step));
      gate.end(0, step);
      assertSame(old, gate.tryBegin(1, step));
      gate.end(1, step);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aRankThatIsLostWhileAStepBeginsLeavesItTheOldTableOrLetsItWait(Moment moment) {
    steps.at(moment, 1, () -> gate.lose(1, SECOND));
    ExpertTable got = gate.tryBegin(0, 0);
    assertTrue(steps.happened());
    assertEquals(GatePhase.SUSPENDED, gate.phase());
    if (got != null) {
      assertSame(old, got);
      gate.end(0, 0);
    }
    long next = got == null ? 0 : 1;
    assertNull(gate.tryBegin(0, next), "no step begins that needs the lost rank");
    assertEquals(next, gate.close(SECOND, () -> {}));
    assertTrue(gate.drained());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aRankThatIsLostWhileItBeginsAStepIsNotWaitedFor(Moment moment) {
    steps.at(moment, 1, () -> gate.lose(0, SECOND));
    try {
      gate.tryBegin(0, 0);
    } catch (InvalidInputException refused) {
      assertEquals(
          "rank 0 has failed; it begins steps again when it has returned", refused.getMessage());
    }
    assertEquals(0, gate.close(SECOND, () -> {}));
    assertTrue(gate.drained());
  }

  @Test
  void theStepsThatHaveEndedDoNotBecomeFewerWhileOthersBegin() {
    StepsInFlight interrupted =
        new StepsInFlight(0, 1, 200) {
          private boolean once;

          @Override
          long lastStarted(int rank) {
            long last = super.lastStarted(rank);
            if (!once) {
              once = true;
              for (long step = 200; step < 202; step++) {
                announce(rank, step);
                start(rank, step);
              }
              remove(rank, 200); // The bit of step 201 is that of step 137.
            }
            return last;
          }
        };

    assertEquals(201, interrupted.endedBelow(0));
  }
}
