package io.eplb.server.round;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.MemoryDisk;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final VirtualTime time = new VirtualTime();
  private final MemoryDisk disk = new MemoryDisk();
  private final List<PlanAsk> planned = new ArrayList<>();
  private final List<RoundRecord> observed = new ArrayList<>();
  private Function<PlanAsk, CompletableFuture<PlanAnswer>> planner =
      ask -> CompletableFuture.completedFuture(Asks.plan(ask, true));
  private Rounds rounds = rounds(disk.open());

  private Rounds rounds(StateFolder folder) {
    ServiceObserver observer =
        new ServiceObserver() {
          @Override
          public void roundDecided(RoundRecord round) {
            observed.add(round);
          }
        };
    return new Rounds(
        ask -> {
          planned.add(ask);
          return planner.apply(ask);
        },
        new DecisionStore(folder),
        observer,
        time,
        time.timer());
  }

  @Test
  void theLastRankStartsOnePlanAndAllGetIt() {
    List<CompletableFuture<PlanAnswer>> answers = new ArrayList<>();
    for (int rank = 0; rank < 4; rank++) {
      assertTrue(answers.stream().noneMatch(CompletableFuture::isDone));
      answers.add(ask(rank, 4, 0, 1));
    }
    PlanAnswer first = answers.get(0).join();
    assertTrue(first.changed() && first.unanimous());
    answers.forEach(answer -> assertSame(first, answer.join()));
    assertSame(first, ask(2, 4, 0, 1).join());
    assertSame(first, ask(3, 4, 0, 2).join(), "asked something else, late");
    assertEquals(1, planned.size());
    assertEquals(1, observed.size());
    assertEquals(observed, rounds.recent(Asks.GROUP));
  }

  @Test
  void afterARestartTheSameBytesAreAnswered() {
    come(0, 2, 7, 1);
    PlanAnswer before = ask(1, 2, 7, 1).join();
    RoundRecord record = rounds.recent(Asks.GROUP).get(0);
    disk.kill();
    rounds = rounds(disk.open());
    PlanAnswer after = ask(0, 2, 7, 1).join();

    assertEquals(before, after);
    assertArrayEquals(bytes(before), bytes(after));
    assertSame(after, ask(1, 2, 7, 1).join());
    assertEquals(List.of(record), rounds.recent(Asks.GROUP));
    assertEquals(1, planned.size());
  }

  @Test
  void aRankThatDoesNotComeIsNamedAtTheEarliestTimeLimit() {
    CompletableFuture<PlanAnswer> first = ask(0, 3, 0, 1);
    CompletableFuture<PlanAnswer> hurried =
        rounds.ask(new RankSeat(2, 3, 0), Asks.ask(1), Duration.ofSeconds(5));
    time.pass(Duration.ofSeconds(4));
    assertFalse(hurried.isDone());
    time.pass(Duration.ofSeconds(2));

    assertEquals(List.of(1), first.join().missing());
    assertEquals(Optional.of("rank 1 did not ask in time"), first.join().reason());
    assertSame(first.join(), hurried.join());
    assertSame(first.join(), ask(1, 3, 0, 1).join());
    assertEquals(0, time.waiting());
  }

  @Test
  void aRankThatAsksSomethingElseIsNamed() {
    come(0, 3, 0, 1);
    come(1, 3, 0, 2);
    PlanAnswer answer = ask(2, 3, 0, 1).join();

    assertFalse(answer.changed() || answer.unanimous());
    assertEquals(List.of(1), answer.different());
    assertEquals(Optional.of("rank 1 asked something else than most"), answer.reason());
    assertEquals(Asks.ask(1).digest(), answer.inputs());
    assertEquals(Optional.empty(), answer.table());
    assertEquals(List.of(), planned);
  }

  @Test
  void withoutAMajorityAllRanksAreNamed() {
    come(0, 2, 0, 1);
    PlanAnswer answer = ask(1, 2, 0, 2).join();

    assertEquals(List.of(0, 1), answer.different());
    assertEquals("", answer.inputs());
    assertEquals(
        Optional.of("no question is that of most ranks; all ranks must ask the same"),
        answer.reason());
  }

  @Test
  void aRankOfAnotherWorldIsNamed() {
    come(0, 3, 0, 1);
    come(1, 3, 0, 1);
    CompletableFuture<PlanAnswer> stranger = ask(2, 4, 0, 1);
    assertFalse(stranger.isDone(), "rank 3 may come");
    time.pass(LIMIT);

    assertEquals(List.of(2), stranger.join().different());
    assertEquals(List.of(), stranger.join().missing());
  }

  @Test
  void aRankThatAsksAgainCountsOnceAndEveryConnectionIsAnswered() {
    CompletableFuture<PlanAnswer> gone = ask(0, 2, 0, 1);
    CompletableFuture<PlanAnswer> again = ask(0, 2, 0, 1);
    assertFalse(again.isDone());
    assertTrue(gone.cancel(true));
    assertTrue(ask(1, 2, 0, 1).join().changed());
    assertTrue(again.join().changed());
  }

  @Test
  void aRankThatAsksSomethingElseWhileTheRoundIsPlannedIsNamed() {
    CompletableFuture<PlanAnswer> plan = new CompletableFuture<>();
    planner = ask -> plan;
    CompletableFuture<PlanAnswer> first = ask(0, 2, 0, 1);
    come(1, 2, 0, 1);
    PlanAnswer answer = ask(1, 2, 0, 2).join();
    plan.complete(Asks.plan(Asks.ask(1), true));

    assertEquals(List.of(1), answer.different());
    assertSame(answer, first.join());
  }

  @Test
  void aPlanThatFailsIsTheReasonThatNothingChanges() {
    planner = ask -> CompletableFuture.failedFuture(ProblemException.of(422, "I1: too few slots"));
    assertEquals(Optional.of("the plan failed: I1: too few slots"), alone(0).reason());
    planner =
        ask ->
            CompletableFuture.supplyAsync(
                () -> {
                  throw ProblemException.of(503, "the service is stopping");
                },
                Runnable::run);
    assertEquals(Optional.of("the plan failed: the service is stopping"), alone(1).reason());
    planner =
        ask -> {
          throw new IllegalStateException("secret");
        };
    PlanAnswer bug = alone(2);
    assertEquals(
        Optional.of("the plan failed: an error in the service; its log says more"), bug.reason());
    assertTrue(bug.unanimous());
    assertFalse(bug.changed());
  }

  @Test
  void aPlanThatIsLateChangesNothing() {
    CompletableFuture<PlanAnswer> plan = new CompletableFuture<>();
    planner = ask -> plan;
    CompletableFuture<PlanAnswer> answer = ask(0, 1, 0, 1);
    time.pass(LIMIT);
    plan.complete(Asks.plan(Asks.ask(1), true));

    assertEquals(Optional.of("the plan took longer than the time limit"), answer.join().reason());
    assertSame(answer.join(), ask(0, 1, 0, 1).join());
  }

  @Test
  void aDecisionThatCannotBeRecordedChangesNothing() {
    int[] from = {Integer.MAX_VALUE};
    rounds = rounds(disk.open(operation -> operation == from[0]));
    assertTrue(alone(0).changed());
    from[0] = disk.operations();
    PlanAnswer answer = alone(1);

    assertFalse(answer.changed());
    assertTrue(
        answer
            .reason()
            .orElseThrow()
            .startsWith("the decision could not be recorded: cannot write"),
        answer::toString);
    assertSame(answer, alone(1));
    assertTrue(alone(2).changed(), "the disk is well again");
  }

  @Test
  void aDecisionThatIsPerhapsRecordedIsNotTold() {
    int[] from = {Integer.MAX_VALUE};
    rounds = rounds(disk.open(operation -> operation == from[0] + 1 || operation == from[0] + 2));
    assertTrue(alone(0).changed());
    from[0] = disk.operations();

    assertEquals(409, refusal(ask(0, 1, 1, 1)).status());
    assertEquals(409, refusal(ask(0, 1, 1, 1)).status());
    assertTrue(alone(2).changed());
  }

  @Test
  void decisionsThatCannotBeReadAreNotGuessed() {
    PlanAnswer before = alone(0);
    disk.kill();
    boolean[] broken = {true};
    rounds = rounds(disk.open(operation -> broken[0] && operation > 1));
    assertEquals(503, refusal(ask(0, 1, 0, 1)).status());
    broken[0] = false;
    assertEquals(before, alone(0));
  }

  @Test
  void decisionsOfAnotherVersionAreSetAside() throws Exception {
    StateFolder folder = disk.open();
    folder.journal(Asks.GROUP, "rounds.journal").append(new byte[] {99, 1});
    rounds = rounds(folder);

    assertTrue(alone(0).changed());
    assertTrue(folder.read(Asks.GROUP, "rounds.journal.unreadable-1").isPresent());
  }

  @Test
  void aRoundThatIsNoLongerHeldIsRefusedUntilItsTimeIsOver() {
    for (int round = 0; round <= Decisions.MOST_HELD; round++) {
      assertTrue(alone(round).changed());
    }
    assertEquals(
        "round 0 of group default was decided and its decision is no longer known; keep the table and ask in the next round",
        refusal(ask(0, 1, 0, 1)).detail());
    assertTrue(alone(1).changed());
    time.pass(Decisions.KEPT.minusSeconds(1));
    assertEquals(409, refusal(ask(0, 1, 0, 1)).status());
    time.pass(Duration.ofSeconds(2));
    int before = planned.size();
    alone(0);
    assertEquals(before + 1, planned.size());
  }

  @Test
  void aRefusedNumberIsRefusedAfterARestartToo() {
    for (int round = 0; round < 5 * Decisions.MOST_HELD; round++) {
      alone(round);
    }
    disk.kill();
    rounds = rounds(disk.open());

    assertEquals(409, refusal(ask(0, 1, 3, 1)).status());
    assertTrue(alone(5L * Decisions.MOST_HELD - 1).changed());
  }

  @Test
  void anEngineThatStartsAgainGetsTheOldAnswerWithItsInputsUntilItsTimeIsOver() {
    PlanAnswer old = alone(0);
    PlanAnswer answer = ask(0, 1, 0, 2).join();
    assertSame(old, answer);
    assertFalse(answer.inputs().equals(Asks.ask(2).digest()));
    time.pass(Decisions.KEPT.plusSeconds(1));
    assertEquals(Asks.ask(2).digest(), ask(0, 1, 0, 2).join().inputs());
  }

  @Test
  void memoryIsBoundedAfterAHundredThousandRounds() throws Exception {
    StateFolder folder = disk.open();
    rounds = rounds(folder);
    for (int round = 0; round < 100_000; round++) {
      come(0, 2, round, round);
      come(1, 2, round, round % 3 == 0 ? -1 : round);
      time.pass(Duration.ofMillis(100));
      observed.clear();
      planned.clear();
    }
    assertEquals(0, time.waiting());
    assertEquals(Decisions.MOST_HELD, rounds.recent(Asks.GROUP).size());
    assertEquals(99_999, rounds.recent(Asks.GROUP).get(0).round());
    int journal = folder.read(Asks.GROUP, "rounds.journal").orElseThrow().length;
    assertTrue(journal < 100_000, "bytes: " + journal);
  }

  @Test
  void roundsOutOfOrderAreBounded() {
    int round = 0;
    CompletableFuture<PlanAnswer> answer = ask(0, 1, 0, 1);
    while (!answer.isCompletedExceptionally()) {
      round += 2;
      answer = ask(0, 1, round, 1);
    }
    assertEquals(429, refusal(answer).status());
    assertTrue(round / 2 >= PassedRounds.MOST_SPANS, "rounds: " + round / 2);
    time.pass(Decisions.KEPT.plusSeconds(1));
    assertTrue(alone(round).changed());
  }

  @Test
  void openRoundsAreBounded() {
    for (int round = 0; round < GroupRounds.MOST_OPEN; round++) {
      come(0, 2, round, 1);
    }
    assertEquals(429, refusal(ask(0, 2, GroupRounds.MOST_OPEN, 1)).status());
    assertTrue(ask(1, 2, 0, 1).join().changed());
    assertFalse(ask(0, 2, GroupRounds.MOST_OPEN, 1).isDone());
  }

  @Test
  void groupsAreBoundedAndForgottenOnceTheirRoundsAre() {
    for (int group = 0; group < Rounds.MOST_GROUPS; group++) {
      assertTrue(alone("g" + group).join().changed());
    }
    assertEquals(429, refusal(alone("one-more")).status());
    time.pass(Decisions.KEPT.plusSeconds(1));
    assertTrue(alone("one-more").join().changed());
    assertEquals(List.of(), rounds.recent("g0"));
    assertTrue(alone("g0").join().changed());
  }

  @Test
  void ranksThatWaitWhenTheServiceStopsAreToldToAskAgain() {
    CompletableFuture<PlanAnswer> waiting = ask(0, 2, 0, 1);
    rounds.close();

    assertEquals(503, refusal(waiting).status());
    assertEquals(503, refusal(ask(1, 2, 0, 1)).status());
    assertEquals(List.of(), observed);
  }

  private CompletableFuture<PlanAnswer> ask(int rank, int world, long round, int question) {
    return rounds.ask(new RankSeat(rank, world, round), Asks.ask(question), LIMIT);
  }

  private void come(int rank, int world, long round, int question) {
    var unused = ask(rank, world, round, question);
  }

  /** Returns the decision of a round with one rank. */
  private PlanAnswer alone(long round) {
    return ask(0, 1, round, 1).join();
  }

  private CompletableFuture<PlanAnswer> alone(String group) {
    return rounds.ask(new RankSeat(0, 1, 0), Asks.ask(group, 1), LIMIT);
  }

  private static byte[] bytes(PlanAnswer answer) {
    return DecisionFormat.write(new Decision(0, 1, Instant.EPOCH, answer));
  }

  private static ProblemException refusal(CompletableFuture<?> answer) {
    CompletionException failure = assertThrows(CompletionException.class, answer::join);
    return assertInstanceOf(ProblemException.class, failure.getCause());
  }
}
