package io.eplb.core.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Gatherings of an {@link InProcessRankGroup}. */
class GatheringTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final Answers answers = new Answers(time);
  private final RankGroup group = new InProcessRankGroup(time);

  @Test
  void everyRankGetsEverybodysContributionOnceTheLastHasCome() {
    List<CompletionStage<Gathered>> stages = new ArrayList<>();
    for (int rank = 0; rank < 8; rank++) {
      stages.forEach(answers::assertOpen);
      stages.add(join(rank, 8).gather("greeting", new byte[] {(byte) rank}, LIMIT));
    }
    Gathered outcome = answers.now(stages.get(0));
    for (CompletionStage<Gathered> stage : stages) {
      assertSame(outcome, answers.now(stage));
    }
    assertEquals(List.of(), outcome.missingRanks());
    for (int rank = 0; rank < 8; rank++) {
      Contribution said = outcome.contributions().get(rank);
      assertEquals(rank, said.member().rank());
      assertArrayEquals(new byte[] {(byte) rank}, said.payload());
    }
  }

  @Test
  void theFirstWhoseTimeIsUpDecidesForAllAndNamesTheMissing() {
    GroupMember late = join(3, 4);
    CompletionStage<Gathered> patient = join(0, 4).gather("start", new byte[] {7}, LIMIT);
    time.pass(Duration.ofSeconds(4));
    CompletionStage<Gathered> impatient =
        join(2, 4).gather("start", new byte[0], Duration.ofSeconds(5));
    time.pass(Duration.ofSeconds(5).minusNanos(1));
    answers.assertOpen(patient);
    time.pass(Duration.ofNanos(1));

    Gathered outcome = answers.now(impatient);
    assertSame(outcome, answers.now(patient));
    assertEquals(List.of(1, 3), outcome.missingRanks());
    assertSame(outcome, answers.now(barrier(late, "start")));
    assertFalse(outcome.includes(late.claim()));
  }

  @Test
  void timeLimitsAfterTheDecisionChangeNothing() {
    GroupMember late = join(0, 2);
    CompletionStage<Gathered> first = join(0, 2).gather("start", new byte[0], Duration.ZERO);
    CompletionStage<Gathered> second = barrier(join(1, 2), "start");
    Gathered outcome = answers.now(first);
    time.pass(LIMIT.multipliedBy(2));

    assertSame(outcome, answers.now(barrier(late, "start")));
    assertSame(outcome, answers.now(second));
  }

  @Test
  void aDeadRankIsMissedAndItsSuccessorIsWelcome() {
    GroupMember alive = join(0, 2);
    join(1, 2).close();
    CompletionStage<Gathered> first = alive.gather("first", new byte[0], Duration.ZERO);
    assertEquals(List.of(1), answers.now(first).missingRanks());

    CompletionStage<Gathered> second = barrier(alive, "second");
    barrier(join(1, 2), "second");
    assertEquals(List.of(), answers.now(second).missingRanks());
  }

  @Test
  void aRankThatLeavesAndReturnsIsOneMemberOfTheGathering() {
    GroupMember first = join(1, 2);
    CompletionStage<Gathered> abandoned = barrier(first, "start");
    first.close();
    CompletionStage<Gathered> other = barrier(join(0, 2), "start");
    answers.assertOpen(other);
    GroupMember successor = join(1, 2);
    barrier(successor, "start");
    Gathered outcome = answers.now(other);

    answers.assertFailed(GroupUnavailableException.class, "has left the group", abandoned);
    assertEquals(2, outcome.contributions().size());
    assertFalse(outcome.includes(first.claim()));
    assertTrue(outcome.includes(successor.claim()));
  }

  @Test
  void aMemberThatLeavesNoLongerHoldsUpThoseWhoAreComplete() {
    GroupMember second = join(0, 1);
    CompletionStage<Gathered> held = barrier(join(0, 1), "start");
    answers.assertOpen(held);
    second.close();
    assertEquals(1, answers.now(held).contributions().size());
  }

  @Test
  void twoClaimsOfOneRankAndDifferentWorldSizesAreBothHeard() {
    GroupMember first = join(0, 1);
    GroupMember second = join(0, 2);
    GroupMember third = join(1, 2);
    CompletionStage<Gathered> stage = barrier(first, "start");
    barrier(second, "start");
    answers.assertOpen(stage);
    barrier(third, "start");
    Gathered outcome = answers.now(stage);

    assertEquals(
        List.of(0, 0, 1),
        outcome.contributions().stream().map(said -> said.member().rank()).toList());
    assertEquals(2, outcome.greatestWorldSize());
    assertTrue(outcome.includes(first.claim()) && outcome.includes(second.claim()));
  }

  @Test
  void wrongArgumentsAreRefusedAtOnce() {
    GroupMember member = join(0, 1);

    refused(() -> barrier(member, ""), "the length of a gathering's name is 0");
    refused(() -> barrier(member, "n".repeat(129)), "between 1 and 128");
    refused(() -> barrier(member, "a\nb"), "control character");
    refused(() -> member.gather("other", new byte[0], Duration.ofMillis(-1)), "timeout of other");
    refused(
        () -> member.gather("large", new byte[GroupMember.MAX_PAYLOAD_BYTES + 1], LIMIT),
        "61441 bytes");
    answers.now(member.gather("full", new byte[GroupMember.MAX_PAYLOAD_BYTES], LIMIT));
  }

  @Test
  void aSecondContributionIsRefusedAndTheFirstOneStays() {
    GroupMember member = join(0, 2);
    CompletionStage<Gathered> first = member.gather("start", new byte[] {1}, LIMIT);
    answers.assertFailed(
        InvalidInputException.class,
        "rank 0 has contributed to start before",
        member.gather("start", new byte[] {2}, LIMIT));
    barrier(join(1, 2), "start");
    assertArrayEquals(new byte[] {1}, answers.now(first).contributions().get(0).payload());
    answers.assertFailed(InvalidInputException.class, "before", barrier(member, "start"));
  }

  @Test
  void aMemberThatHasLeftGathersNoMore() {
    GroupMember member = join(0, 1);
    answers.assertOpen(member.left());
    member.close();
    member.close();
    answers.now(member.left());
    answers.assertFailed(
        GroupUnavailableException.class, "rank 0 has left", barrier(member, "after"));
  }

  @Test
  void outcomesAreRememberedUpToABoundAndForgottenWhenAllHaveLeft() {
    GroupMember member = join(0, 1);
    for (int round = 0; round <= Gatherings.REMEMBERED; round++) {
      answers.now(barrier(member, "round " + round));
    }
    answers.assertFailed(InvalidInputException.class, "before", barrier(member, "round 1"));
    assertTrue(
        answers.now(barrier(member, "round 0")).includes(member.claim()), "it was forgotten");
    member.close();
    GroupMember next = join(0, 1);
    assertTrue(answers.now(barrier(next, "round 1")).includes(next.claim()));
  }

  @Test
  void openGatheringsHaveABound() {
    GroupMember member = join(0, 2);
    for (int round = 0; round < Gatherings.REMEMBERED; round++) {
      barrier(member, "round " + round);
    }
    answers.assertFailed(
        InvalidInputException.class, "1024 gatherings are open", barrier(member, "one more"));
    time.pass(LIMIT);
    answers.assertOpen(barrier(member, "one more"));
  }

  @Test
  void aContributionIsCopiedOnTheWayInAndOut() {
    byte[] payload = {1};
    CompletionStage<Gathered> stage = join(0, 1).gather("bytes", payload, LIMIT);
    payload[0] = 2;
    Gathered outcome = answers.now(stage);
    outcome.contributions().get(0).payload()[0] = 3;
    assertArrayEquals(new byte[] {1}, outcome.contributions().get(0).payload());
  }

  @Test
  void theAnswerOfOneMemberCannotBeCompletedByItsCaller() {
    CompletionStage<Gathered> stage = barrier(join(0, 2), "start");
    stage.toCompletableFuture().cancel(true);
    CompletionStage<Gathered> other = barrier(join(1, 2), "start");
    assertEquals(2, answers.now(other).contributions().size());
  }

  @Test
  void hundredsOfBarriersOfThreadsFollowEachOtherInStep() throws Exception {
    int rounds = 300;
    int[] steps = new int[4];
    List<Callable<Void>> ranks = new ArrayList<>();
    try (RankGroup threads = new InProcessRankGroup()) {
      for (int rank = 0; rank < steps.length; rank++) {
        GroupMember member = Ranks.join(threads, rank, steps.length);
        ranks.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                steps[member.claim().rank()]++;
                assertEquals(List.of(), await(member, "written " + round).missingRanks());
                for (int step : steps) {
                  assertEquals(round + 1, step, "the barrier makes what was written visible");
                }
                await(member, "read " + round);
              }
              return null;
            });
      }
      Ranks.run(ranks);
    }
  }

  private static Gathered await(GroupMember member, String name) throws Exception {
    return member.gather(name, new byte[0], Duration.ofHours(1)).toCompletableFuture().get();
  }

  private GroupMember join(int rank, int worldSize) {
    return answers.now(group.join(rank, worldSize, 1, ""));
  }

  private static CompletionStage<Gathered> barrier(GroupMember member, String gathering) {
    return member.gather(gathering, new byte[0], LIMIT);
  }

  private static void refused(Executable call, String words) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    assertTrue(message.contains(words), () -> "'" + words + "' is missing in: " + message);
  }
}
