package io.eplb.api.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.RandomRows;
import io.eplb.api.Rebalance;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rule P9, and P5 for layers that say more without being marked. */
class SharesAndSourcesFitTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 3, 1, 1, 2);

  /** The last rank can use one slot. */
  private static final EpRanks RANKS = EpRanks.builder(TOPOLOGY).usableSlots(2, 1).build();

  private static final int[] CURRENT = {0, 1, 2, 3, 0, -1};
  private static final int[] PROPOSED = {0, 1, 2, 3, 1, -1};

  private static @Nullable Breach judged(boolean marked, int[] row, Giving giving) {
    Placement placement = Placement.of(1, 3, 2, row);
    Rebalance.Builder answer = Rebalance.builder(marked ? new int[] {0} : new int[0], placement);
    giving.to(answer);
    LayerProposal proposal = new LayerProposal(TOPOLOGY, RANKS, MigrationBudget.UNLIMITED);
    proposal.load(0, ExpertTable.of(0, 4, Placement.of(1, 3, 2, CURRENT)), answer.build(), marked);
    return PlacementRules.standard().firstBreach(proposal);
  }

  /** The part of an answer beside the row. */
  private interface Giving {
    void to(Rebalance.Builder answer);
  }

  private static Giving shares(double... shares) {
    return answer -> answer.shares(0, shares, 0);
  }

  private static Giving sources(int... sources) {
    return answer -> answer.sources(0, sources, 0);
  }

  private static void assertBreach(String start, @Nullable Breach breach) {
    assertTrue(String.valueOf(breach).startsWith(start), () -> "" + breach);
  }

  @Test
  void acceptsSharesThatSumToOneAndSourcesThatHoldWhatTheyGive() {
    assertNull(judged(true, PROPOSED, shares(1, 0.25, 1, 1, 0.75, 0)));
    assertNull(judged(true, PROPOSED, shares(1, 0.3, 1, 1, 0.7 + 5e-10, 0)));
    assertNull(judged(true, PROPOSED, sources(-1, -1, -1, -1, 0, -1)));
    assertNull(judged(true, PROPOSED, sources(2, 0, 1, 1, 0, -1)));
  }

  @Test
  void p9NamesTheFirstSlotOfAnExpertWhoseSharesDoNotSumToOne() {
    assertBreach(
        "P9, layer 0, rank 0, slot 1: the shares of expert 1 sum to 0.75 (",
        judged(true, PROPOSED, shares(1, 0.25, 1, 1, 0.5, 0)));
    assertBreach(
        "P9, layer 0, rank 1, slot 1: the shares of expert 3 sum to 0.0",
        judged(true, PROPOSED, shares(1, 0.25, 1, 0, 0.75, 0)));
  }

  @Test
  void p9RefusesAShareOrASourceOfAnEmptySlot() {
    assertBreach(
        "P9, layer 0, rank 2, slot 1: the slot is EMPTY (−1) and has a share of 0.5",
        judged(true, PROPOSED, shares(1, 0.25, 1, 1, 0.75, 0.5)));
    assertBreach(
        "P9, layer 0, rank 2, slot 1: the slot is EMPTY (−1) and has the source 0",
        judged(true, PROPOSED, sources(-1, -1, -1, -1, -1, 0)));
  }

  @Test
  void p9NamesTheFirstSlotWhoseSourceDoesNotHoldItsExpert() {
    assertBreach(
        "P9, layer 0, rank 1, slot 0: expert 2 should come from rank 2, which does not hold it",
        judged(true, PROPOSED, sources(-1, -1, 2, 0, 1, -1)));
  }

  @Test
  void p9JudgesARowThatStaysAsItIs() {
    assertNull(judged(true, CURRENT, shares(0.5, 1, 1, 1, 0.5, 0)));
    assertBreach("P9, layer 0, rank 0, slot 0", judged(true, CURRENT, shares(1, 1, 1, 1, 1, 0)));
  }

  @Test
  void p5RefusesSharesAndSourcesOfALayerThatIsNotMarked() {
    assertBreach(
        "P5, layer 0: the answer gives shares for the layer, which is not in the layer priority",
        judged(false, CURRENT, shares(0.5, 1, 1, 1, 0.5, 0)));
    assertBreach(
        "P5, layer 0: the answer gives sources for the layer",
        judged(false, CURRENT, sources(0, 0, 1, 1, 0, -1)));
    assertNull(judged(false, CURRENT, answer -> answer.expectedPeak(0, 3, 2)));
  }

  @Test
  void aLayerWithoutSharesIsNotJudgedByThoseOfTheOneBefore() {
    Placement two =
        Placement.builder(2, 3, 2).setLayer(0, PROPOSED, 0).setLayer(1, PROPOSED, 0).build();
    ExpertTable table =
        ExpertTable.of(
            0,
            4,
            Placement.builder(2, 3, 2).setLayer(0, CURRENT, 0).setLayer(1, CURRENT, 0).build());
    Rebalance answer =
        Rebalance.builder(new int[] {0, 1}, two)
            .shares(0, new double[] {0, 0, 0, 0, 0, 0}, 0)
            .build();
    LayerProposal proposal = new LayerProposal(TOPOLOGY, RANKS, MigrationBudget.UNLIMITED);
    proposal.load(0, table, answer, true);
    assertTrue(proposal.saysMore());
    assertBreach("P9", PlacementRules.standard().firstBreach(proposal));
    proposal.load(1, table, answer, true);
    assertFalse(proposal.saysMore());
    assertNull(PlacementRules.standard().firstBreach(proposal));
  }

  @Property(tries = 300)
  void sourcesAreJudgedAsByLookingThemUp(
      @ForAll @IntRange(min = 1, max = 5) int ranks,
      @ForAll @IntRange(min = 1, max = 4) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    int experts = 1 + random.nextInt(ranks * slots);
    EpTopology topology = EpTopology.of(experts, ranks, 1, 1, slots);
    int[] before = RandomRows.withEveryExpert(experts, ranks * slots, random);
    int[] after = RandomRows.withEveryExpert(experts, ranks * slots, random);
    int[] sources = new int[after.length];
    int first = -1;
    for (int slot = after.length - 1; slot >= 0; slot--) {
      sources[slot] = random.nextInt(ranks + 1) - 1;
      int[] held =
          sources[slot] < 0
              ? after
              : Arrays.copyOfRange(before, sources[slot] * slots, (sources[slot] + 1) * slots);
      int expert = after[slot];
      first = Arrays.stream(held).anyMatch(holds -> holds == expert) ? first : slot;
    }
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.UNLIMITED);
    proposal.load(
        0,
        ExpertTable.of(0, experts, Placement.of(1, ranks, slots, before)),
        Rebalance.builder(new int[] {0}, Placement.of(1, ranks, slots, after))
            .sources(0, sources, 0)
            .build(),
        true);
    Breach breach = new SharesAndSourcesFit().firstBreach(proposal);
    assertEquals(first, breach == null ? -1 : breach.rank() * slots + breach.slot());
  }
}
