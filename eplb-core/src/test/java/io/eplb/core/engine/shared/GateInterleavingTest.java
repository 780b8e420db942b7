package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.update.promise.RankGate.Pending;
import io.eplb.core.update.promise.RankGate.Phase;
import io.eplb.core.update.promise.RankGate.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One thread that does what the other side does in the middle of a call: between any two accesses
 * of a beginning or ending step, or of a promise, to the steps in the gate's memory. Real processes
 * meet these moments now and then; this does every time.
 */
class GateInterleavingTest {
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

  /** Steps, whose accesses are interrupted once. */
  private static final class Interrupted extends GateSteps {
    private Moment when = Moment.BEFORE_ANNOUNCING;
    private int times;
    private Runnable what = () -> {};

    Interrupted(GateMemory memory) {
      super(memory);
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
    void announce(long step) {
      at(Moment.BEFORE_ANNOUNCING);
      super.announce(step);
      at(Moment.AFTER_ANNOUNCING);
    }

    @Override
    void start(long step) {
      at(Moment.BEFORE_STARTING);
      super.start(step);
      at(Moment.AFTER_STARTING);
    }

    @Override
    boolean remove(long step) {
      at(Moment.BEFORE_REMOVING);
      boolean removed = super.remove(step);
      at(Moment.AFTER_REMOVING);
      return removed;
    }

    @Override
    long next() {
      at(Moment.BEFORE_LOOKING);
      long next = super.next();
      at(Moment.AFTER_LOOKING);
      return next;
    }
  }

  private static final long STEP = 5;

  private final GateMemory memory = GateMemory.inProcess(GateShape.of(GateRig.FIRST, 0));
  private final RecordedWeights weights = new RecordedWeights();
  private final Interrupted steps = new Interrupted(memory);
  private final EngineGate engine = new EngineGate(memory, weights, Runnable::run, steps);
  private final AgentGate agent = new AgentGate(memory);
  private @Nullable Boolean given;

  GateInterleavingTest() {
    engine.open(GateRig.FIRST, STEP);
  }

  private void promise(long fence) {
    given = agent.promise(GateRig.change(1), fence);
  }

  private boolean given() {
    return Objects.requireNonNull(given);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aPromiseInTheMiddleOfABeginningStepAgreesWithIt(Moment moment) {
    steps.at(moment, 1, () -> promise(STEP));
    ExpertTable got = engine.tryBegin(STEP);
    assertTrue(steps.happened());
    assertEquals(given(), got == null, "it is promised, or the step has begun");
    assertEquals(given() ? Phase.PROMISED : Phase.OPEN, agent.status().phase());
    assertEquals(given() ? STEP : STEP + 1, agent.status().nextStep());
    if (given()) {
      agent.commit();
      assertEquals(GateRig.table(1), engine.tryBegin(STEP), "nothing stands in the way");
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aPromiseForTheNextStepIsGivenAndLeavesTheStepItsTable(Moment moment) {
    steps.at(moment, 1, () -> promise(STEP + 1));
    assertEquals(GateRig.FIRST, engine.tryBegin(STEP));
    assertTrue(given());
    agent.commit();
    assertNull(engine.tryBegin(STEP + 1), "the step below the fence is in flight");
    engine.end(STEP);
    assertEquals(GateRig.table(1), engine.tryBegin(STEP + 1));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aWholeSwitchInTheMiddleOfABeginningStepLeavesItOneTable(Moment moment) {
    steps.at(
        moment,
        1,
        () -> {
          promise(STEP);
          if (given()) {
            agent.commit();
          }
        });
    ExpertTable got = engine.tryBegin(STEP);
    assertEquals(given() ? GateRig.table(1) : GateRig.FIRST, got);
    assertEquals(given() ? 3 : 0, weights.calls.size());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_REMOVING", "AFTER_REMOVING"})
  void aPromiseThatIsWithdrawnInTheMiddleOfABeginningStepIsForgotten(Moment moment) {
    steps.at(Moment.BEFORE_ANNOUNCING, 1, () -> promise(STEP));
    if (moment == Moment.BEFORE_REMOVING || moment == Moment.AFTER_REMOVING) {
      steps.at(
          Moment.BEFORE_ANNOUNCING,
          1,
          () -> {
            promise(STEP);
            steps.at(moment, 1, agent::withdraw);
          });
    } else {
      steps.at(
          moment,
          1,
          () -> {
            promise(STEP);
            if (given()) {
              agent.withdraw();
            }
          });
    }
    assertEquals(GateRig.FIRST, engine.tryBegin(STEP));
    assertTrue(steps.happened());
    assertEquals(Phase.OPEN, agent.status().phase());
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_LOOKING", "AFTER_LOOKING"})
  void aStepThatBeginsInTheMiddleOfAPromiseAgreesWithIt(Moment moment) {
    for (int time = 1; time <= 2; time++) {
      GateMemory fresh = GateMemory.inProcess(memory.shape());
      EngineGate other = new EngineGate(fresh, weights, Runnable::run);
      other.open(GateRig.FIRST, STEP);
      Interrupted looks = new Interrupted(fresh);
      AgentGate promising = new AgentGate(fresh, looks);
      ExpertTable[] got = {null};
      looks.at(moment, time, () -> got[0] = other.tryBegin(STEP));
      boolean promised = promising.promise(GateRig.change(1), STEP);
      assertTrue(looks.happened());
      assertEquals(promised, got[0] == null, moment + " " + time);
      assertEquals(promised ? Phase.PROMISED : Phase.OPEN, promising.status().phase());
      assertNotNull(promised ? other : other.tryBegin(STEP + 1));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_LOOKING", "AFTER_LOOKING"})
  void anEngineThatStartsAnewInTheMiddleOfAPromiseIsNotPromisedAnything(Moment moment) {
    for (int time = 1; time <= 2; time++) {
      GateMemory fresh = GateMemory.inProcess(memory.shape());
      new EngineGate(fresh, weights, Runnable::run).open(GateRig.FIRST, STEP);
      Interrupted looks = new Interrupted(fresh);
      AgentGate promising = new AgentGate(fresh, looks);
      EngineGate[] next = {null};
      looks.at(
          moment,
          time,
          () -> {
            EngineGate started = new EngineGate(fresh, weights, Runnable::run);
            started.open(GateRig.FIRST, STEP);
            next[0] = started;
          });
      if (time == 1) {
        assertThrows(IllegalStateException.class, () -> promising.promise(GateRig.change(1), STEP));
      } else { // Promised to the engine that is gone; nobody can act on it.
        promising.promise(GateRig.change(1), STEP);
        assertThrows(IllegalStateException.class, promising::commit);
      }
      assertNotNull(Objects.requireNonNull(next[0]).tryBegin(STEP));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BEFORE_ANNOUNCING", "AFTER_ANNOUNCING", "BEFORE_STARTING", "AFTER_STARTING"})
  void aGateThatBreaksInTheMiddleOfABeginningStepLetsNoLaterOneBegin(Moment moment) {
    steps.at(moment, 1, () -> agent.fail("behind"));
    try {
      assertEquals(GateRig.FIRST, engine.tryBegin(STEP));
      assertThrows(InternalException.class, () -> engine.tryBegin(STEP + 1));
    } catch (InternalException broken) {
      assertEquals("behind", broken.getMessage());
      assertTrue(memory.get(GateMemory.STEPS) == 0, "nothing is in flight");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_REMOVING", "AFTER_REMOVING"})
  void aStepThatEndsWhileACommitArrivesIsNotMissed(Moment moment) {
    engine.tryBegin(STEP);
    steps.at(
        moment,
        1,
        () -> {
          promise(STEP + 1);
          agent.commit();
        });
    engine.end(STEP);
    assertEquals(GateRig.table(1), engine.tryBegin(STEP + 1));
  }

  @Test
  void whoLooksAsSoonAsAGateHasPromisedFindsTheWholeChange() {
    Interrupted looks = new Interrupted(memory);
    AgentGate promising = new AgentGate(memory, looks);
    List<View> seen = new ArrayList<>();
    looks.at(Moment.BEFORE_LOOKING, 2, () -> seen.add(agent.view()));
    assertTrue(promising.promise(GateRig.change(1), STEP));
    assertEquals(
        List.of(new View(GateRig.FIRST, new Pending(GateRig.change(1), STEP, false))), seen);
  }

  @Test
  void whoLooksWhileAChangeIsCarriedOutFindsTheOldTableAndTheChange() {
    promise(STEP);
    agent.commit();
    List<View> seen = new ArrayList<>();
    weights.meanwhile = () -> seen.add(agent.view());
    engine.tryBegin(STEP);
    View old = new View(GateRig.FIRST, new Pending(GateRig.change(1), STEP, true));
    assertEquals(List.of(old, old, old), seen);
    assertEquals(new View(GateRig.table(1), null), agent.view());
  }

  @Test
  void whoLooksWhenTheTableIsReplacedAndTheGateNotYetOpenFindsNoChange() {
    promise(STEP);
    agent.commit();
    new TableArea(memory).write(GateRig.table(1));
    assertEquals(new View(GateRig.table(1), null), agent.view());
  }

  @Test
  void aTableThatItsEngineHasHalfWrittenIsNotRead() {
    memory.set(GateShape.TABLE, memory.get(GateShape.TABLE) + 1);
    assertEquals(
        "the engine has died while it replaced its table",
        assertThrows(IllegalStateException.class, agent::view).getMessage());
    EngineGate next = new EngineGate(memory, weights, Runnable::run);
    next.open(GateRig.table(1), STEP);
    assertEquals(new View(GateRig.table(1), null), new AgentGate(memory).view());
  }

  @Test
  void anAnnouncementThatIsTakenBackDoesNotStandInTheWayOfACommit() {
    steps.at(
        Moment.BEFORE_ANNOUNCING,
        1,
        () -> {
          promise(STEP);
          steps.at(Moment.AFTER_ANNOUNCING, 1, agent::commit);
        });
    assertEquals(GateRig.table(1), engine.tryBegin(STEP));
    assertTrue(given());
  }

  @Test
  void aChangeIsNotCarriedOutBesideAStepInFlight() {
    engine.tryBegin(STEP);
    engine.tryBegin(STEP + 1);
    promise(STEP + 2);
    agent.commit();
    engine.end(STEP + 1);
    assertNull(engine.tryBegin(STEP + 2));
    assertEquals(0, weights.calls.size());
    assertFalse(agent.status().waiting(), "the outcome is known");
    engine.end(STEP);
    assertEquals(GateRig.table(1), engine.tryBegin(STEP + 2));
  }

  @Test
  void theStepsThatHaveEndedDoNotBecomeFewerWhileOthersBegin() {
    GateRig rig = new GateRig(100);
    rig.run(100, 200);
    GateSteps interrupted =
        new GateSteps(rig.memory) {
          private boolean once;

          @Override
          long lastStarted() {
            long last = super.lastStarted();
            if (!once) {
              once = true;
              rig.run(200, 201);
              rig.engine.tryBegin(201); // Its bit is that of step 137.
            }
            return last;
          }
        };

    assertEquals(201, interrupted.endedBelow());
  }
}
