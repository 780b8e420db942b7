package io.eplb.core.update.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.Placement;
import io.eplb.core.migration.Place;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answers of a rank to requests that are early, late, repeated or not to be made at all. */
class LocalRankTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ProposalId ID = new ProposalId(1, 0, 0);
  private static final SwitchId SWITCH = new SwitchId(1, 1, 1);
  private static final SwitchId LATER = new SwitchId(1, 2, 1);

  private final ExpertTable old = ExpertTable.initial(1, EpTopology.of(4, 2, 1, 1, 2));
  private final ExpertTable next =
      ExpertTable.of(1, 4, Placement.builder(old).setLayer(0, new int[] {2, 1, 0, 3}, 0).build());
  private final VirtualTime time = new VirtualTime();
  private final StepGate gate = new StepGate(old, time::nanoTime);
  private final ManualWeights weights = new ManualWeights(old, 2);
  private final List<RankAgent> ranks =
      LocalRanks.of(weights, gate, 1, SECOND, SECOND, time::execute);
  private final RankAgent rank = ranks.get(0);
  private final RankAgent other = ranks.get(1);

  @BeforeEach
  void joinTheFirstUpdate() {
    for (RankAgent each : ranks) {
      assertEquals(1, each.join(1, 0).toCompletableFuture().join());
    }
  }

  private static Proposal proposal(ProposalId id, int sourceRank, int buffer) {
    return new Proposal(
        id,
        List.of(buffer),
        List.of(new Proposal.Receive(0, Place.slot(sourceRank, 0), buffer)),
        List.of(new Proposal.Exchange(0, buffer)));
  }

  private static boolean done(CompletionStage<?> stage) {
    return stage.toCompletableFuture().isDone()
        && !stage.toCompletableFuture().isCompletedExceptionally();
  }

  private static void assertFails(String message, CompletionStage<?> stage) {
    Throwable thrown = stage.handle((value, failure) -> failure).toCompletableFuture().getNow(null);
    assertEquals(message, thrown == null ? "it did not fail" : thrown.getMessage());
  }

  /** Prepares both ranks, and lets them receive. */
  private void receive() {
    assertTrue(done(rank.prepare(proposal(ID, 1, 0))));
    assertTrue(done(other.prepare(proposal(ID, 0, 1))));
    CompletionStage<Void> here = rank.receive(ID, 0);
    CompletionStage<Void> there = other.receive(ID, 1);
    assertFalse(done(here));
    weights.endAll();
    assertTrue(done(here));
    assertTrue(done(there));
  }

  private void drain() {
    for (RankAgent each : ranks) {
      assertEquals(-1, each.hold(SWITCH, 1, SECOND).toCompletableFuture().join());
    }
    for (RankAgent each : ranks) {
      assertTrue(done(each.drain(SWITCH, 0)));
    }
  }

  @Test
  void everyRequestMayBeRepeatedAndIsDoneOnce() {
    assertTrue(done(rank.prepare(proposal(ID, 1, 0))));
    assertTrue(done(rank.prepare(proposal(ID, 1, 0))));
    assertSame(rank.receive(ID, 0), rank.receive(ID, 0));
    assertEquals(1, weights.running().size());
    assertTrue(done(other.prepare(proposal(ID, 0, 1))));
    other.receive(ID, 1);
    weights.endAll();
    drain();
    drain();
    for (int time = 0; time < 2; time++) {
      assertTrue(done(rank.exchange(SWITCH, ID)));
      assertTrue(done(other.exchange(SWITCH, ID)));
    }
    assertTrue(weights.holds(next));
    for (int time = 0; time < 2; time++) {
      assertTrue(done(rank.commit(SWITCH, next)));
      assertTrue(done(other.commit(SWITCH, next)));
      assertSame(next, gate.current());
    }
    for (int time = 0; time < 2; time++) {
      assertTrue(done(rank.release(ID)));
    }
    assertTrue(weights.holds(next));
  }

  @Test
  void whatIsAbortedIsTakenBackAndTheGateOpensWhenAllRanksHaveDoneSo() {
    receive();
    drain();
    assertTrue(done(rank.exchange(SWITCH, ID)));
    assertTrue(done(other.exchange(SWITCH, ID)));
    assertTrue(done(rank.abort(SWITCH)));
    assertTrue(done(rank.abort(SWITCH)));
    assertEquals(GatePhase.SWITCHING, gate.phase(), "the other rank's memory is not back yet");
    assertNull(gate.tryBegin(0, 0));
    assertTrue(done(other.abort(SWITCH)));
    assertTrue(weights.holds(old));
    assertSame(old, gate.tryBegin(0, 0));
    assertFails(SWITCH + " is over", rank.hold(SWITCH, 1, SECOND));
  }

  @Test
  void aRankExchangesOnlyWhatIsThereAndOnlyWhileStepsWait() {
    assertFails("rank 0 has not prepared " + ID, rank.exchange(SWITCH, ID));
    assertFails("rank 0 has not prepared " + ID, rank.receive(ID, 0));
    assertTrue(done(rank.prepare(proposal(ID, 1, 0))));
    assertFails("no steps wait for " + SWITCH, rank.exchange(SWITCH, ID));
    drain();
    assertFails("buffer 0 of rank 0 has not been received", rank.exchange(SWITCH, ID));
    rank.receive(ID, 0);
    assertFails("buffer 0 of rank 0 has not been received", rank.exchange(SWITCH, ID));
    weights.running().get(0).fail();
    assertFails("buffer 0 of rank 0 has not been received", rank.exchange(SWITCH, ID));
    assertFails("no steps wait for " + LATER, rank.exchange(LATER, ID));
    assertTrue(weights.holds(old));
  }

  @Test
  void aBufferBelongsToOneProposalUntilThatIsForgottenAndNothingWritesToIt() {
    ProposalId second = new ProposalId(1, 0, 1);
    assertTrue(done(rank.prepare(proposal(ID, 1, 0))));
    assertFails("buffer 0 of rank 0 is still in use", rank.prepare(proposal(second, 1, 0)));
    CompletionStage<Void> late = rank.receive(ID, 0);
    assertTrue(done(rank.release(ID)));
    assertFails("buffer 0 of rank 0 is still in use", rank.prepare(proposal(second, 1, 0)));
    assertSame(late, rank.receive(ID, 0), "who asks again is told when it has ended");
    weights.endAll();
    assertTrue(done(rank.prepare(proposal(second, 1, 0))));
  }

  @Test
  void whatWasReleasedIsNotPreparedLateNorWhatIsOfAnEarlierUpdate() {
    assertTrue(done(rank.release(ID)));
    assertFails(ID + " is over", rank.prepare(proposal(ID, 1, 0)));
    ProposalId newer = new ProposalId(2, 0, 0);
    assertFails("rank 0 takes no part in update 2", rank.prepare(proposal(newer, 1, 0)));
    assertTrue(done(rank.join(2, 0)));
    assertTrue(done(rank.prepare(proposal(newer, 1, 0))));
    ProposalId older = new ProposalId(1, 0, 1);
    assertFails("rank 0 takes no part in update 1", rank.prepare(proposal(older, 1, 1)));
    assertFails("update 1 is over", rank.join(1, 0));
  }

  @Test
  void whatADeadPlannerHasLeftBehindIsForgottenWithTheNextUpdate() {
    assertTrue(done(rank.prepare(proposal(ID, 1, 0))));
    assertTrue(done(rank.hold(SWITCH, 1, SECOND)));
    assertTrue(done(rank.join(2, 0)));
    assertEquals(GatePhase.OPEN, gate.phase());
    assertTrue(done(rank.prepare(proposal(new ProposalId(2, 0, 0), 1, 0))));
    assertFails(LATER + " is over", rank.hold(LATER, 1, SECOND));
    assertFails("rank 0 has not prepared " + ID, rank.receive(ID, 0));
  }

  @Test
  void noUpdateIsJoinedWhileTheOutcomeOfASwitchIsNotKnownNorWithAnotherVersion() {
    drain();
    assertFails("the outcome of " + SWITCH + " is not known yet", rank.join(2, 0));
    assertTrue(done(rank.commit(SWITCH, next)));
    assertFails("rank 0 serves version 1; update 2 is for version 0", rank.join(2, 0));
    assertTrue(done(rank.join(2, 1)));
  }

  @Test
  void aRankWhoseTableIsOutdatedServesNoStepAnyMore() {
    String reason =
        "rank 0 serves version 0, version 1 is in force; it must restart from the record";
    assertFails(reason, rank.join(2, 1));
    assertEquals(
        reason, assertThrows(InternalException.class, () -> gate.tryBegin(0, 0)).getMessage());
    assertFails(reason, rank.commit(SWITCH, next));
  }

  @Test
  void anotherIncarnationOfARankHoldsNoSteps() {
    assertFails("rank 0 has restarted", rank.hold(SWITCH, 2, SECOND));
    assertEquals(GatePhase.OPEN, gate.phase());
  }

  @Test
  void noStepsAreHeldForASwitchToAVersionThatServesAlready() {
    StepGate own = new StepGate(next, time::nanoTime);
    RankAgent restarted = LocalRanks.of(weights, own, 1, SECOND, SECOND, time::execute).get(0);
    assertTrue(done(restarted.join(1, 1)));
    assertFails(SWITCH + " is over", restarted.hold(SWITCH, 1, SECOND));
    assertTrue(done(restarted.commit(SWITCH, next)));
    assertEquals(GatePhase.OPEN, own.phase());
  }

  @Test
  void aSwitchThatIsAbortedWhileAnotherIsUndecidedDoesNotHideItsOutcome() {
    receive();
    drain();
    rank.exchange(SWITCH, ID);
    other.exchange(SWITCH, ID);
    assertFails("the outcome of " + SWITCH + " is not known yet", rank.abort(LATER));
    assertTrue(done(rank.commit(SWITCH, next)));
    assertSame(next, gate.tryBegin(0, 0));
    assertTrue(done(rank.abort(LATER)));
    assertFails(LATER + " is over", rank.hold(LATER, 1, SECOND));
  }

  @Test
  void aHoldThatComesAfterThatOfALaterSwitchIsRefused() {
    assertTrue(done(rank.hold(LATER, 1, SECOND)));
    assertFails(SWITCH + " is over", rank.hold(SWITCH, 1, SECOND));
    assertFails("rank 0 does not hold its steps for " + SWITCH, rank.drain(SWITCH, 0));
    assertTrue(done(rank.abort(SWITCH)));
    assertEquals(GatePhase.DRAINING, gate.phase(), "it is held for the later one");
    assertTrue(done(rank.abort(LATER)));
    assertTrue(done(other.abort(LATER)));
    assertEquals(GatePhase.OPEN, gate.phase());
  }

  @Test
  void nothingIsReleasedWhileItIsNotDecidedWhatIsInItsBuffers() {
    receive();
    drain();
    assertTrue(done(rank.exchange(SWITCH, ID)));
    assertFails("the outcome of " + SWITCH + " is not known yet", rank.release(ID));
    assertTrue(done(rank.abort(SWITCH)));
    assertTrue(done(rank.release(ID)));
  }

  @Test
  void aRankThatHasDrainedTakesPartInNoOtherSwitchBeforeItKnowsTheOutcome() {
    drain();
    assertFails("the outcome of " + SWITCH + " is not known yet", rank.hold(LATER, 1, SECOND));
    rank.abort(SWITCH);
    other.abort(SWITCH);
    assertTrue(done(rank.hold(LATER, 1, SECOND)));
    assertEquals(GatePhase.DRAINING, gate.phase());
  }

  @Test
  void aRankThatHoldsItsStepsInVainGoesOverToALaterSwitch() {
    gate.tryBegin(0, 0);
    assertTrue(done(rank.hold(SWITCH, 1, SECOND)));
    CompletionStage<Void> drained = rank.drain(SWITCH, 1);
    assertTrue(done(rank.hold(LATER, 1, SECOND)));
    assertFails("steps were held up for too long, and go on", drained);
    assertFails("rank 0 does not hold its steps for " + SWITCH, rank.drain(SWITCH, 1));
  }

  @Test
  void anAbortThatOvertakesItsHoldKeepsTheRankFromHolding() {
    assertTrue(done(rank.abort(SWITCH)));
    assertFails(SWITCH + " is over", rank.hold(SWITCH, 1, SECOND));
    assertEquals(GatePhase.OPEN, gate.phase());
  }

  @Test
  void aRankDrainsToAFenceThatOthersHaveSetAndAnswersWhenItIsThere() {
    StepGate own = new StepGate(old, 0, 1, 0, time::nanoTime);
    RankAgent alone = LocalRanks.of(weights, own, 1, SECOND, SECOND, time::execute).get(0);
    assertEquals(-1, alone.hold(SWITCH, 1, SECOND).toCompletableFuture().join());
    assertNull(own.tryBegin(0, 0), "nobody knows yet how far the others are");
    CompletionStage<Void> drained = alone.drain(SWITCH, 2);
    for (int step = 0; step < 2; step++) {
      assertFalse(done(drained), "before step " + step);
      assertSame(old, own.tryBegin(0, step));
      own.end(0, step);
      time.pass(Duration.ZERO);
    }
    assertTrue(done(drained));
    assertNull(own.tryBegin(0, 2));
    assertEquals(GatePhase.SWITCHING, own.phase(), "it does not go on by itself any more");
    assertEquals(2, alone.endedBelow().toCompletableFuture().join());
  }

  @Test
  void aRankThatHoldsItsStepsForTooLongGoesOnAndSaysSo() {
    gate.tryBegin(0, 0);
    assertTrue(done(rank.hold(SWITCH, 1, SECOND)));
    CompletionStage<Void> drained = rank.drain(SWITCH, 1);
    time.skip(SECOND);
    assertSame(old, gate.tryBegin(1, 0));
    assertSame(old, gate.tryBegin(1, 1), "held up until now");
    time.pass(Duration.ZERO);
    assertFails("steps were held up for too long, and go on", drained);
    assertFails("no steps wait for " + SWITCH, rank.exchange(SWITCH, preparedHere()));
  }

  private ProposalId preparedHere() {
    assertTrue(done(rank.prepare(new Proposal(ID, List.of(), List.of(), List.of()))));
    return ID;
  }

  @Test
  void anExchangeThatFailsLeavesMemoryAsItWasAndIsTriedSeveralTimesOnTheWayBack() {
    ProposalId id = new ProposalId(1, 0, 0);
    Proposal two =
        new Proposal(
            id,
            List.of(0, 1),
            List.of(
                new Proposal.Receive(0, Place.slot(1, 0), 0),
                new Proposal.Receive(0, Place.slot(1, 1), 1)),
            List.of(new Proposal.Exchange(0, 0), new Proposal.Exchange(1, 1)));
    rank.prepare(two);
    rank.receive(id, 0);
    rank.receive(id, 1);
    weights.endAll();
    drain();
    int[] calls = {0};
    // The second exchange fails, and the first two attempts to take the first one back.
    weights.failExchangesOf(exchange -> ++calls[0] >= 2 && calls[0] <= 4);
    assertFails(
        "layer 0, rank 0, slot 1 could not be exchanged: locked", rank.exchange(SWITCH, id));
    assertEquals(5, calls[0]);
    assertTrue(weights.holds(old));
    assertEquals(GatePhase.SWITCHING, gate.phase());
  }
}
