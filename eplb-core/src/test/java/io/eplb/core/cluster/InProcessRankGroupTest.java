package io.eplb.core.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class InProcessRankGroupTest {
  /** Far longer than any test; nobody waits it out. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final RankGroup group = new InProcessRankGroup();

  @Test
  void everyRankGetsEverybodysContribution() throws Exception {
    List<Callable<Gathered>> ranks = new ArrayList<>();
    for (int rank = 0; rank < 8; rank++) {
      GroupMember member = group.join(rank, 8);
      ranks.add(() -> member.gather("greeting", new byte[] {(byte) member.rank()}, PATIENCE));
    }
    List<Gathered> outcomes = Ranks.run(ranks);

    for (Gathered outcome : outcomes) {
      assertSame(outcomes.get(0), outcome);
    }
    assertEquals(List.of(), outcomes.get(0).missingRanks());
    for (int rank = 0; rank < 8; rank++) {
      Contribution said = outcomes.get(0).contributions().get(rank);
      assertEquals(rank, said.rank());
      assertArrayEquals(new byte[] {(byte) rank}, said.payload());
    }
  }

  @Test
  void hundredsOfBarriersFollowEachOtherInStep() throws Exception {
    int rounds = 300;
    int[] steps = new int[4];
    List<Callable<Void>> ranks = new ArrayList<>();
    for (int rank = 0; rank < steps.length; rank++) {
      GroupMember member = group.join(rank, steps.length);
      ranks.add(
          () -> {
            for (int round = 0; round < rounds; round++) {
              steps[member.rank()]++;
              assertEquals(List.of(), barrier(member, "written " + round).missingRanks());
              for (int step : steps) {
                assertEquals(round + 1, step, "the barrier makes what was written visible");
              }
              barrier(member, "read " + round);
            }
            return null;
          });
    }
    Ranks.run(ranks);
  }

  @Test
  void theFirstToLosePatienceDecidesForAllAndNamesTheMissing() throws Exception {
    GroupMember patient = group.join(0, 4);
    GroupMember impatient = group.join(2, 4);
    GroupMember late = group.join(3, 4);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch started = new CountDownLatch(1);
      Future<Gathered> waiting =
          thread.submit(
              () -> {
                started.countDown();
                return patient.gather("start", new byte[] {7}, PATIENCE);
              });
      started.await();
      // Whether the patient one is in time or finds the decision made: the outcome is one.
      Gathered outcome = impatient.gather("start", new byte[0], Duration.ZERO);
      assertSame(outcome, waiting.get());
      assertTrue(outcome.missingRanks().containsAll(List.of(1, 3)));
      assertTrue(outcome.includes(impatient));
      assertSame(outcome, late.gather("start", new byte[0], PATIENCE));
      assertFalse(outcome.includes(late));
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void aDeadRankIsMissedAndItsSuccessorIsWelcome() throws Exception {
    GroupMember alive = group.join(0, 2);
    group.join(1, 2).close();
    assertEquals(List.of(1), alive.gather("first", new byte[0], Duration.ZERO).missingRanks());

    GroupMember successor = group.join(1, 2);
    List<Gathered> outcomes =
        Ranks.run(List.of(() -> barrier(alive, "second"), () -> barrier(successor, "second")));
    assertEquals(List.of(), outcomes.get(0).missingRanks());
  }

  @Test
  void aRankThatLeavesAndReturnsIsOneMemberOfTheGathering() throws Exception {
    GroupMember other = group.join(0, 2);
    GroupMember first = group.join(1, 2);
    leaveWhileWaiting(first, "start");
    GroupMember successor = group.join(1, 2);
    Gathered outcome =
        Ranks.<Gathered>run(
                List.of(() -> barrier(other, "start"), () -> barrier(successor, "start")))
            .get(0);

    assertEquals(2, outcome.contributions().size());
    assertFalse(outcome.includes(first));
    assertTrue(outcome.includes(successor));
  }

  @Test
  void whatAMemberBroughtGoesWithItAndItsRankIsMissing() throws Exception {
    GroupMember other = group.join(0, 2);
    GroupMember first = group.join(1, 2);
    leaveWhileWaiting(first, "start");

    assertEquals(List.of(1), other.gather("start", new byte[0], Duration.ZERO).missingRanks());
  }

  /** Lets a member contribute and wait, and leave meanwhile. */
  private static void leaveWhileWaiting(GroupMember member, String gathering) throws Exception {
    FutureTask<InvalidInputException> contribution =
        new FutureTask<>(
            () -> assertThrows(InvalidInputException.class, () -> barrier(member, gathering)));
    Thread waiting = new Thread(contribution);
    waiting.start();
    awaitWaiting(waiting);
    member.close();
    String message = String.valueOf(contribution.get().getMessage());
    assertTrue(message.contains("has left the group"), message);
  }

  @Test
  void gatheringsThatEverybodyHasAbandonedAreForgotten() throws Exception {
    GroupMember first = group.join(0, 2);
    int abandoned = InProcessRankGroup.REMEMBERED_GATHERINGS;
    for (int round = 0; round <= abandoned; round++) {
      abandon(first, "round " + round);
    }
    GroupMember second = group.join(1, 2);
    assertEquals(List.of(0), second.gather("round 0", new byte[0], Duration.ZERO).missingRanks());
    assertEquals(
        List.of(), second.gather("round " + abandoned, new byte[0], Duration.ZERO).missingRanks());
  }

  /** Contributes and is interrupted while it waits. */
  private static void abandon(GroupMember member, String gathering) throws Exception {
    Thread waiting =
        new Thread(
            () -> assertThrows(InterruptedException.class, () -> barrier(member, gathering)));
    waiting.start();
    awaitWaiting(waiting);
    waiting.interrupt();
    waiting.join();
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aMemberThatLeavesNoLongerHoldsUpThoseWhoAreComplete() throws Exception {
    GroupMember first = group.join(0, 1);
    GroupMember second = group.join(0, 1);
    List<Object> outcomes =
        Ranks.run(
            List.of(
                () -> barrier(first, "start"),
                () -> {
                  second.close();
                  return "left";
                }));
    assertEquals(1, ((Gathered) outcomes.get(0)).contributions().size());
  }

  @Test
  void twoClaimsOfOneRankAndDifferentWorldSizesAreBothHeard() throws Exception {
    GroupMember first = group.join(0, 1);
    GroupMember second = group.join(0, 2);
    GroupMember third = group.join(1, 2);
    List<Callable<Gathered>> ranks = new ArrayList<>();
    for (GroupMember member : List.of(first, second, third)) {
      ranks.add(() -> barrier(member, "start"));
    }
    Gathered outcome = Ranks.run(ranks).get(0);

    assertEquals(
        List.of(0, 0, 1), outcome.contributions().stream().map(Contribution::rank).toList());
    assertEquals(2, outcome.greatestWorldSize());
    assertTrue(outcome.includes(first) && outcome.includes(second));
  }

  @Test
  void whoIsInterruptedStopsWaitingAndIsCountedAllTheSame() throws Exception {
    GroupMember first = group.join(0, 2);
    GroupMember second = group.join(1, 2);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> barrier(first, "not even begun"));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch started = new CountDownLatch(1);
      Future<Gathered> waiting =
          thread.submit(
              () -> {
                started.countDown();
                return barrier(first, "begun");
              });
      started.await();
      waiting.cancel(true);
      assertFalse(second.gather("begun", new byte[0], Duration.ZERO).missingRanks().contains(1));
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void wrongArgumentsAreRefused() throws Exception {
    GroupMember member = group.join(0, 1);
    barrier(member, "once");

    refused(() -> group.join(0, 0), "world size is 0");
    refused(() -> group.join(0, 65_537), "world size is 65537");
    refused(() -> group.join(2, 2), "rank is 2", "between 0 and 1");
    refused(() -> group.join(-1, 2), "rank is -1");
    refused(() -> barrier(member, "once"), "contributed to once before");
    refused(() -> member.gather("other", new byte[0], Duration.ofMillis(-1)), "timeout of other");
    refused(
        () -> member.gather("large", new byte[GroupMember.MAX_PAYLOAD_BYTES + 1], PATIENCE),
        "524289 bytes");
    member.close();
    member.close();
    refused(() -> barrier(member, "after"), "rank 0 has left");
  }

  @Test
  void outcomesAreRememberedUpToABoundAndForgottenWhenAllHaveLeft() throws Exception {
    GroupMember member = group.join(0, 1);
    for (int round = 0; round <= InProcessRankGroup.REMEMBERED_GATHERINGS; round++) {
      barrier(member, "round " + round);
    }
    refused(() -> barrier(member, "round 1"), "before");
    assertTrue(barrier(member, "round 0").includes(member), "it has been forgotten");
    member.close();
    GroupMember next = group.join(0, 1);
    assertTrue(barrier(next, "round 1").includes(next));
  }

  @Test
  void aContributionIsCopiedOnTheWayInAndOut() throws Exception {
    byte[] payload = {1};
    Gathered outcome = group.join(0, 1).gather("bytes", payload, PATIENCE);
    payload[0] = 2;
    outcome.contributions().get(0).payload()[0] = 3;
    assertArrayEquals(new byte[] {1}, outcome.contributions().get(0).payload());
  }

  private static Gathered barrier(GroupMember member, String gathering)
      throws InterruptedException {
    return member.gather(gathering, new byte[0], PATIENCE);
  }

  private static void refused(Executable call, String... parts) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
