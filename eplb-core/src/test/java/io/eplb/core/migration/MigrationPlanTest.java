package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MigrationPlanTest {
  private static final MigrationLimits ONE = new MigrationLimits(1, 1, 1);

  @Test
  void equalTablesNeedNoMove() {
    MigrationPlan plan = plan(3, 1, new int[] {0, 1, 2}, new int[] {0, 1, 2}, ONE);

    assertEquals(List.of(), plan.layers());
    assertEquals(0, plan.transfers());
    assertEquals(0, plan.roundsLowerBound());
    assertEquals(Duration.ZERO, plan.estimate(1 << 20, 100.0));
    assertEquals(0, plan.bytes(Long.MAX_VALUE));
  }

  @Test
  void twoRanksSwapThroughABufferEach() {
    MigrationPlan plan = plan(2, 1, new int[] {0, 1}, new int[] {1, 0}, ONE);

    assertEquals(1, plan.rounds());
    assertEquals(1, plan.roundsLowerBound());
    assertEquals(2, plan.transfers());
    assertEquals(2, plan.copies());
    assertEquals(
        List.of(
            new WeightMove(1, Place.slot(1, 0), Place.buffer(0, 0), 0),
            new WeightMove(0, Place.slot(0, 0), Place.buffer(1, 0), 0)),
        plan.layers().get(0).rounds().get(0).transfers());
  }

  @Test
  void aChainIsWrittenFromItsEndWithoutABuffer() {
    // Rank 2 gives up its replica of 0, rank 1 goes there, rank 0 goes to rank 1.
    MigrationPlan plan = plan(3, 1, new int[] {0, 1, 0, 2}, new int[] {2, 0, 1, 2}, ONE);

    assertTrue(
        plan.layers().get(0).rounds().stream()
            .flatMap(round -> round.transfers().stream())
            .anyMatch(transfer -> !transfer.destination().buffer()));
    assertEquals(3, plan.transfers());
  }

  @Test
  void aRankThatReordersItsSlotsTransfersNothing() {
    TablePair pair = TablePair.of(3, 1, 1, new int[] {0, 1, 2}, new int[] {1, 2, 0});
    MigrationPlan plan = MigrationPlan.of(pair.current(), pair.next(), pair.topology(), ONE);

    assertEquals(0, plan.transfers());
    assertEquals(0, plan.rounds());
    assertEquals(4, plan.copies(), "three slots and one buffer");
  }

  @Test
  void twoSlotsOfARankThatWantOneExpertReceiveItOnce() {
    TablePair pair =
        TablePair.of(2, 2, 1, new int[] {0, 1, 0, /* */ 0, 0, 0}, new int[] {0, 1, 0, 1, 1, 0});
    MigrationPlan plan = MigrationPlan.of(pair.current(), pair.next(), pair.topology(), ONE);

    assertEquals(1, plan.transfers());
    assertEquals(1, plan.copies());
    assertEquals(new RankTransfers(0, 1, 0), plan.transfersPerRank().get(0));
    assertEquals(new RankTransfers(1, 0, 1), plan.transfersPerRank().get(1));
  }

  @Test
  void theSenderIsOnTheSameNodeElseTheOneThatSendsLeast() {
    // Nodes are {0, 1} and {2, 3}; expert 0 is on ranks 0 and 2, and ranks 1 and 3 want it.
    TablePair pair =
        TablePair.of(
            3, 4, 2, new int[] {0, 1, 1, 2, 0, 1, 1, 2}, new int[] {0, 1, 0, 2, 0, 1, 0, 2});
    MigrationPlan plan = MigrationPlan.of(pair.current(), pair.next(), pair.topology(), ONE);
    assertEquals(
        List.of(
            new RankTransfers(0, 1, 0),
            new RankTransfers(1, 0, 1),
            new RankTransfers(2, 1, 0),
            new RankTransfers(3, 0, 1)),
        plan.transfersPerRank());

    TablePair oneNode =
        TablePair.of(
            3, 4, 1, new int[] {0, 1, 1, 2, 0, 1, 1, 2}, new int[] {0, 1, 0, 2, 0, 1, 0, 2});
    assertEquals(
        plan.transfersPerRank(),
        MigrationPlan.of(oneNode.current(), oneNode.next(), oneNode.topology(), ONE)
            .transfersPerRank());
  }

  @Test
  void roundsFollowTheCaps() {
    // Rank 0 alone holds experts 0 to 3; rank 1 wants all of them.
    int[] current = {0, 1, 2, 3, /* */ 4, 4, 4, 4, /* */ 4, 4, 4, 4};
    int[] next = {0, 1, 2, 3, /* */ 0, 1, 2, 3, /* */ 4, 4, 4, 4};
    TablePair pair = TablePair.of(5, 3, 1, current, next);
    for (int cap = 1; cap <= 4; cap++) {
      MigrationPlan plan =
          MigrationPlan.of(
              pair.current(), pair.next(), pair.topology(), new MigrationLimits(cap, 4, 1));
      assertEquals((4 + cap - 1) / cap, plan.rounds());
      assertEquals(plan.roundsLowerBound(), plan.rounds());
    }
  }

  @Test
  void bytesAndTimeFollowFromTheBusiestRankOfEachRound() {
    MigrationPlan oneByOne =
        plan(3, 1, new int[] {0, 1, 2}, new int[] {1, 2, 0}, new MigrationLimits(1, 1, 1));
    assertEquals(3_000_000_000L, oneByOne.bytes(1_000_000_000L));
    assertEquals(
        Duration.ofMillis(80 * oneByOne.rounds()), oneByOne.estimate(1_000_000_000L, 100.0));

    TablePair pair = TablePair.of(2, 2, 1, new int[] {0, 0, 1, 1}, new int[] {0, 1, 1, 0});
    MigrationPlan full = MigrationPlan.of(pair.current(), pair.next(), pair.topology(), ONE);
    assertEquals(1, full.rounds());
    assertEquals(Duration.ofNanos(8), full.estimate(1, 1.0), "both directions at once");
  }

  @Test
  void aTimeBeyondCountingStopsAtTheGreatest() {
    MigrationPlan plan = plan(2, 1, new int[] {0, 1}, new int[] {1, 0}, ONE);

    assertEquals(Duration.ofNanos(Long.MAX_VALUE), plan.estimate(Long.MAX_VALUE, Double.MIN_VALUE));
    refused(() -> plan.bytes(Long.MAX_VALUE), "at most 4611686018427387903");
  }

  @Test
  void argumentsOutOfRangeAreRefused() {
    MigrationPlan plan = plan(2, 1, new int[] {0, 1}, new int[] {1, 0}, ONE);
    EpTopology topology = new EpTopology(2, 2, 1, 1, 1);
    ExpertTable oneLayer = ExpertTable.initial(1, topology);

    refused(() -> plan.bytes(0), "expert bytes is 0");
    refused(() -> plan.estimate(1, 0.0), "link speed is 0.0");
    refused(() -> plan.estimate(1, Double.NaN), "link speed is NaN");
    refused(() -> plan.estimate(1, Double.POSITIVE_INFINITY), "finite");
    refused(() -> new MigrationLimits(0, 1, 1), "sends per rank is 0");
    refused(() -> new MigrationLimits(1, 65_537, 1), "receives per rank is 65537");
    refused(() -> new MigrationLimits(1, 1, 0), "buffers per rank is 0");
    refused(
        () -> MigrationPlan.of(oneLayer, ExpertTable.initial(2, topology), topology, ONE),
        "the current table has 1 layer, the next one 2");
    refused(
        () -> MigrationPlan.of(oneLayer, oneLayer, new EpTopology(2, 2, 1, 1, 2), ONE),
        "2 experts on 2 ranks × 1 slot");
  }

  /** Plans for ranks of one slot. */
  private static MigrationPlan plan(
      int experts, int nodes, int[] current, int[] next, MigrationLimits limits) {
    TablePair pair = TablePair.of(experts, current.length, nodes, current, next);
    return MigrationPlan.of(pair.current(), pair.next(), pair.topology(), limits);
  }

  private static void refused(Executable call, String... parts) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
