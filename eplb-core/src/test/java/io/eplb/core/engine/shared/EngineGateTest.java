package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.context.AllocatedBytes;
import io.eplb.core.update.promise.RankGate.Pending;
import io.eplb.core.update.promise.RankGate.Phase;
import io.eplb.core.update.promise.RankGate.Status;
import io.eplb.core.update.promise.RankGate.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EngineGateTest {
  private final GateRig rig = new GateRig(5);

  @Test
  void stepsBelowTheFenceRunWithTheOldTableAndTheFenceWithTheNewOne() {
    rig.run(5, 7);
    assertTrue(rig.agent.promise(GateRig.change(1), 8));
    assertEquals(new Status(Phase.PROMISED, 0, 7, false, ""), rig.agent.status());
    assertEquals(0, version(rig.engine.tryBegin(7)));
    rig.agent.commit();
    assertNull(rig.engine.tryBegin(8), "step 7 is in flight");
    assertEquals(List.of(), rig.weights.calls);
    rig.engine.end(7);
    assertEquals(GateRig.table(1), rig.engine.tryBegin(8));
    assertEquals(
        List.of(
            "layer 1, rank 0, slot 2, buffer 0", "layer 1, rank 0, slot 0, buffer 1", "version 1"),
        rig.weights.calls);
    assertEquals(new Status(Phase.OPEN, 1, 9, false, ""), rig.agent.status());
    assertEquals(new View(GateRig.table(1), null), rig.agent.view());
  }

  private static long version(@Nullable ExpertTable table) {
    return Objects.requireNonNull(table).version();
  }

  @Test
  void aStepAtThePromisedFenceSaysThatItWaits() {
    assertTrue(rig.agent.promise(GateRig.change(1), 5));
    assertFalse(rig.agent.status().waiting());
    assertNull(rig.engine.tryBegin(5));
    assertEquals(new Status(Phase.PROMISED, 0, 5, true, ""), rig.agent.status());
    rig.agent.withdraw();
    assertEquals(GateRig.FIRST, rig.engine.tryBegin(5));
    assertTrue(rig.agent.promise(GateRig.change(1), 6));
    assertFalse(rig.agent.status().waiting(), "the step that waited has begun");
  }

  @Test
  void aWaitForAnOutcomeIsCountedAndOneForTheRanksOwnStepsIsNot() {
    assertEquals(new FenceWaits(0, 0), rig.agent.fenceWaits());
    assertTrue(rig.agent.promise(GateRig.change(1), 5));
    CompletableFuture<ExpertTable> fifth = begin(5);
    while (!rig.agent.status().waiting()) {
      Thread.onSpinWait();
    }
    assertEquals(0, rig.agent.fenceWaits().count(), "it has not ended");
    rig.agent.withdraw();
    assertEquals(0, fifth.join().version());
    assertEquals(1, rig.agent.fenceWaits().count());
    assertTrue(rig.agent.fenceWaits().nanos() > 0);

    assertTrue(rig.agent.promise(GateRig.change(1), 6));
    rig.agent.commit();
    CompletableFuture<ExpertTable> sixth = begin(6);
    rig.engine.end(5);
    assertEquals(1, sixth.join().version());
    assertEquals(1, rig.agent.fenceWaits().count());
  }

  private CompletableFuture<ExpertTable> begin(long step) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return rig.engine.begin(step);
          } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
          }
        });
  }

  @Test
  void aFenceThatHasBegunIsNotPromised() {
    rig.run(5, 6);
    rig.engine.tryBegin(6);
    assertFalse(rig.agent.promise(GateRig.change(1), 5));
    assertFalse(rig.agent.promise(GateRig.change(1), 6));
    assertEquals(Phase.OPEN, rig.agent.status().phase());
    assertNull(rig.agent.view().pending());
    assertTrue(rig.agent.promise(GateRig.change(1), 7));
    assertEquals(new Pending(GateRig.change(1), 7, false), rig.agent.view().pending());
  }

  @Test
  void manyChangesFollowEachOther() {
    long step = 5;
    for (long version = 1; version <= 200; version++) {
      assertTrue(rig.agent.promise(GateRig.change(version), step + 1));
      if (version % 3 == 0) {
        rig.agent.withdraw();
        assertTrue(rig.agent.promise(GateRig.change(version), step + 2));
      }
      rig.agent.commit();
      rig.run(step, step + 3);
      step += 3;
      assertEquals(GateRig.table(version), rig.engine.current());
      assertEquals(GateRig.table(version), rig.agent.view().table());
    }
  }

  @Test
  void anExchangeThatFailsOnceIsTriedAgain() {
    rig.weights.failures = 2;
    assertTrue(rig.agent.promise(GateRig.change(1), 5));
    rig.agent.commit();
    assertEquals(1, version(rig.engine.tryBegin(5)));
    assertEquals(3, rig.weights.calls.size());
  }

  @Test
  void anExchangeThatKeepsFailingBreaksTheGateForGood() {
    rig.weights.failures = 3;
    assertTrue(rig.agent.promise(GateRig.change(1), 5));
    rig.agent.commit();
    String reason =
        "the change from step 5 on failed: layer 1, slot 2 could not be exchanged: the device is lost";
    for (int attempt = 0; attempt < 2; attempt++) {
      assertEquals(
          reason, assertThrows(InternalException.class, () -> rig.engine.tryBegin(5)).getMessage());
    }
    assertEquals(new Status(Phase.BROKEN, 0, 5, false, reason), rig.agent.status());
    rig.agent.fail("another reason");
    assertEquals(reason, rig.agent.status().reason());
    assertEquals(List.of(), rig.weights.calls);
  }

  @Test
  void anAgentThatFailsTheGateStopsItsSteps() {
    rig.agent.fail("the rank is behind version 9");
    assertEquals(
        "the rank is behind version 9",
        assertThrows(InternalException.class, () -> rig.engine.begin(5)).getMessage());
    assertThrows(IllegalStateException.class, () -> rig.agent.promise(GateRig.change(1), 9));
  }

  @Test
  void aFirstEngineMayStartWithStepZero() {
    GateMemory memory = GateMemory.inProcess(rig.memory.shape());
    EngineGate engine = new EngineGate(memory, rig.weights, Runnable::run);
    AgentGate agent = new AgentGate(memory);
    assertEquals(0, agent.nextStep());
    assertThrows(IllegalStateException.class, agent::view);
    agent.start(GateRig.FIRST, 0);
    engine.open(GateRig.FIRST, engine.tryStart().orElseThrow().firstStep());
    assertEquals(GateRig.FIRST, engine.tryBegin(0));
  }

  @Test
  void aChangeThatDoesNotFollowTheTableInForceBreaksTheGate() {
    assertTrue(rig.agent.promise(GateRig.change(1), 5));
    new ChangeArea(rig.memory).write(GateRig.change(2), 5);
    rig.agent.commit();
    assertThrows(InternalException.class, () -> rig.engine.tryBegin(5));
    assertEquals(Phase.BROKEN, rig.agent.status().phase());
    assertEquals(List.of(), rig.weights.calls);
  }

  @Test
  void aBrokenGateKeepsItsFirstReason() {
    rig.engine.fail("a wrong byte");
    rig.engine.fail("and then a wrong step");
    rig.agent.fail("and a commit was missed");
    assertEquals("a wrong byte", rig.agent.status().reason());
    GateRig other = new GateRig(0);
    other.agent.fail("behind");
    other.agent.fail("still behind");
    other.engine.fail("a wrong byte");
    assertEquals("behind", other.agent.status().reason());
  }

  @Test
  void aNewStartOfTheEngineMakesTheOldAgentPowerless() {
    rig.run(5, 9);
    assertTrue(rig.agent.promise(GateRig.change(1), 12));
    EngineGate next = new EngineGate(rig.memory, rig.weights, Runnable::run);
    assertEquals(EngineState.RESTARTED, rig.agent.engineState());
    assertEquals("the engine has started anew", rig.agent.status().reason());
    assertThrows(IllegalStateException.class, rig.agent::commit);
    assertThrows(IllegalStateException.class, rig.agent::withdraw);
    assertThrows(IllegalStateException.class, () -> rig.agent.start(GateRig.table(4), 20));
    rig.agent.fail("late");

    AgentGate agent = new AgentGate(rig.memory);
    assertNotEquals(rig.agent.incarnation(), agent.incarnation());
    assertEquals(EngineState.STARTING, agent.engineState());
    assertEquals(Optional.empty(), next.tryStart());
    assertEquals(9, agent.nextStep());
    assertThrows(InvalidInputException.class, () -> agent.start(GateRig.table(4), 8));
    agent.start(GateRig.table(4), 20);
    assertEquals(EngineState.LOADING, agent.engineState());
    assertThrows(InternalException.class, () -> next.tryBegin(9));
    EngineGate.StartTable start = next.tryStart().orElseThrow();
    assertEquals(new EngineGate.StartTable(GateRig.table(4), 20), start);
    next.open(start.table(), start.firstStep());
    assertEquals(new Status(Phase.OPEN, 4, 20, false, ""), agent.status());
    assertEquals(GateRig.table(4), next.tryBegin(20));
  }

  @Test
  void aNewAgentFindsWhatTheOldOneHasPromisedAndCommitted() {
    assertTrue(rig.agent.promise(GateRig.change(1), 5));
    AgentGate second = new AgentGate(rig.memory);
    assertEquals(rig.agent.incarnation(), second.incarnation());
    assertEquals(Phase.PROMISED, second.status().phase());
    assertEquals(new Pending(GateRig.change(1), 5, false), second.view().pending());
    second.commit();
    assertEquals(Phase.COMMITTED, new AgentGate(rig.memory).status().phase());
    assertEquals(
        new Pending(GateRig.change(1), 5, true), new AgentGate(rig.memory).view().pending());
    assertEquals(1, version(rig.engine.tryBegin(5)));
  }

  @Test
  void sixtyThreeStepsMayBeInFlightAndEndInAnyOrder() {
    for (long step = 5; step < 5 + EngineGate.MAX_IN_FLIGHT; step++) {
      assertNotNull(rig.engine.tryBegin(step));
    }
    long next = 5 + EngineGate.MAX_IN_FLIGHT;
    assertThrows(InvalidInputException.class, () -> rig.engine.tryBegin(next));
    assertEquals(5, rig.agent.endedBelow());
    rig.engine.end(6);
    assertThrows(InvalidInputException.class, () -> rig.engine.tryBegin(next));
    assertThrows(InvalidInputException.class, () -> rig.engine.end(6));
    rig.engine.end(5);
    assertEquals(7, rig.agent.endedBelow());
    assertNotNull(rig.engine.tryBegin(next));
  }

  @Test
  void aGateCannotBeMisused() {
    assertThrows(InvalidInputException.class, () -> rig.engine.tryBegin(6));
    assertThrows(InvalidInputException.class, () -> rig.engine.end(4));
    assertThrows(IllegalStateException.class, rig.agent::commit);
    assertThrows(IllegalStateException.class, rig.agent::withdraw);
    assertThrows(InvalidInputException.class, () -> rig.agent.promise(GateRig.change(2), 9));
    assertThrows(InvalidInputException.class, () -> rig.agent.promise(GateRig.change(1), -1));
    assertThrows(InternalException.class, () -> rig.engine.open(GateRig.FIRST, 5));
    GateMemory unused = GateMemory.inProcess(rig.memory.shape());
    assertThrows(IllegalStateException.class, () -> new AgentGate(unused));
  }

  @Test
  void aStepAllocatesNothingWhenNothingIsPromised() throws Exception {
    long fewest = Long.MAX_VALUE;
    long step = 5;
    // The first rounds pay for what the interpreter and the probe itself allocate.
    for (int round = 0; round < 5; round++) {
      long before = AllocatedBytes.ofThisThread();
      for (int index = 0; index < 50_000; index++) {
        rig.engine.begin(step);
        rig.engine.end(step++);
      }
      fewest = Math.min(fewest, AllocatedBytes.ofThisThread() - before);
    }
    // One byte per step would be 50,000; what asking costs is some hundred.
    assertTrue(fewest < 5_000, fewest + " bytes in 50,000 steps");
  }
}
