package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.contract.Breach;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of balances, rules and contexts where ranks are slow, dead or short of slots. */
class UnequalRanksTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(3, 3, 1, 1, 2);

  @Test
  void aSlowRankWeighsMore() {
    EpTopology two = EpTopology.of(2, 2, 1, 1, 1);
    LayerBalance balance =
        LayerBalance.of(
            new int[] {0, 1},
            new double[] {60.0, 40.0},
            EpRanks.builder(two).speed(1, 0.5).build());
    assertEquals(80.0, balance.peak());
    assertEquals(100.0 / 1.5, balance.mean());
    assertEquals(1.2, balance.peakToAverage(), 1e-12);
  }

  @Test
  void aDeadRankDoesNotCount() {
    int[] row = {0, 1, -1, -1, 2, 0};
    double[] loads = {4.0, 2.0, 6.0};
    EpRanks ranks = EpRanks.builder(TOPOLOGY).usableSlots(1, 0).build();
    assertEquals(6.0, LayerBalance.of(row, loads, ranks).mean());
    assertEquals(8.0, LayerBalance.of(row, loads, ranks).peak());
    assertEquals(LayerBalance.of(row, loads, ranks), LayerBalance.of(row, loads, 3));
    Refusal.says(
        () -> LayerBalance.of(new int[] {0, 1, 1, 2, 2, 0}, loads, ranks),
        "rank 1 is dead",
        "repair the table first");
    Refusal.says(() -> LayerBalance.of(new int[] {0, 1}, loads, ranks), "I1", "2 slots");
  }

  @Property
  void nominalRanksGiveTheSameBitsAsNoRanks(@ForAll long seed) {
    EpTopology topology = EpTopology.of(6, 4, 1, 1, 3);
    Random random = new Random(seed);
    double[] loads = random.doubles(6, 0.0, 1e9).toArray();
    int[] row = random.ints(12, 0, 6).toArray();
    assertEquals(
        LayerBalance.of(row, loads, 4), LayerBalance.of(row, loads, EpRanks.nominal(topology)));
  }

  @Test
  void ruleP2WantsEmptyWhereARankCannotUseASlotAndNowhereElse() {
    assertNull(breach(new int[] {0, 1, -1, -1, 2, -1}));
    assertEquals(
        "P2, layer 0, rank 0, slot 1: the slot is EMPTY (−1), and the rank can use it"
            + " (ids are within 0 to experts − 1, and EMPTY where a rank cannot use a slot)",
        String.valueOf(breach(new int[] {0, -1, -1, -1, 2, -1})));
    assertTrue(
        String.valueOf(breach(new int[] {0, 1, 1, -1, 2, -1}))
            .startsWith(
                "P2, layer 0, rank 1, slot 0: the slot holds expert 1, and the rank is dead"));
    assertTrue(
        String.valueOf(breach(new int[] {0, 1, -1, -1, 2, 1}))
            .startsWith(
                "P2, layer 0, rank 2, slot 1: the slot holds expert 1, and the rank can use its"
                    + " first 1 slot alone"));
  }

  @Test
  void rulesP3AndP4AndTheMovesSkipEmptySlots() {
    assertTrue(
        String.valueOf(breach(new int[] {0, 1, -1, -1, 1, -1}))
            .startsWith("P3, layer 0: expert 2 has no slot"));
    assertTrue(
        String.valueOf(breach(new int[] {1, 1, -1, -1, 2, -1}))
            .startsWith("P3, layer 0: expert 0"));
    LayerProposal proposal = proposal(new int[] {2, 1, -1, -1, 0, -1}, MigrationBudget.of(1, 0));
    assertEquals(2, PlacementRules.expertsMoved(proposal));
    assertTrue(
        String.valueOf(PlacementRules.standard().firstBreach(proposal))
            .startsWith("P6, layer 0: the layer moves 2 experts, at most 1 is allowed"));
  }

  private static @Nullable Breach breach(int[] proposed) {
    return PlacementRules.standard().firstBreach(proposal(proposed, MigrationBudget.UNLIMITED));
  }

  /** Ranks 0 to 2 can use 2, 0 and 1 of their slots. */
  private static LayerProposal proposal(int[] proposed, MigrationBudget budget) {
    EpRanks ranks = EpRanks.builder(TOPOLOGY).usableSlots(1, 0).usableSlots(2, 1).build();
    LayerProposal proposal = new LayerProposal(TOPOLOGY, ranks, budget);
    ExpertTable current =
        ExpertTable.of(0, 3, Placement.of(1, 3, 2, new int[] {1, 0, -1, -1, 2, -1}));
    proposal.load(0, current, Placement.of(1, 3, 2, proposed), true);
    return proposal;
  }

  @Test
  void aContextTakesRanksOfItsTopologyThatHoldEveryExpert() {
    PolicyContext.Builder builder = PolicyContext.builder(TOPOLOGY);
    assertTrue(builder.build().ranks().nominal());
    Refusal.says(
        () -> builder.ranks(EpRanks.nominal(EpTopology.of(3, 4, 1, 1, 2))),
        "I1",
        "4 ranks × 2 slots",
        "3 ranks × 2 slots");
    Refusal.says(
        () -> builder.ranks(EpRanks.builder(TOPOLOGY).usableSlots(0, 0).usableSlots(1, 0).build()),
        "2 slots can be used on 1 living rank",
        "3 experts");
    EpRanks ranks = EpRanks.builder(TOPOLOGY).usableSlots(0, 0).build();
    assertEquals(ranks, builder.ranks(ranks).build().ranks());
  }

  @Test
  void aContextCarriesCostsPhaseHintsAndCancellation() {
    boolean[] over = new boolean[1];
    PolicyContext context =
        PolicyContext.builder(TOPOLOGY)
            .costs(TransferCosts.of(1_000, 1e-9, 4e-9))
            .loadPhase(LoadPhase.DECODE)
            .hints(Map.of("b", "2", "a", "1"))
            .cancellation(() -> over[0])
            .build();
    assertEquals(LoadPhase.DECODE, context.loadPhase());
    assertEquals("{a=1, b=2}", context.hints().toString());
    assertEquals(1e-9, context.costs().secondsPerByte(TOPOLOGY, 0, 1));
    assertEquals(0.0, context.costs().secondsPerByte(TOPOLOGY, 1, 1));
    assertEquals(4e-9, context.costs().secondsPerByte(EpTopology.of(3, 4, 2, 1, 1), 1, 2));
    assertTrue(!context.cancelled());
    over[0] = true;
    assertTrue(context.cancelled());
    Refusal.says(() -> TransferCosts.of(0, 0.0, 0.0), "bytes of an expert is 0");
    Refusal.says(() -> TransferCosts.of(1, -1.0, 0.0), "-1.0 seconds within a node");
    Refusal.says(() -> TransferCosts.of(1, 0.0, Double.NaN), "NaN seconds between nodes");
    PolicyContext.Builder builder = PolicyContext.builder(TOPOLOGY);
    Refusal.says(() -> builder.hints(Map.of("", "x")), "length of a hint's name is 0");
    Refusal.says(
        () -> builder.hints(Map.of("x", "y".repeat(1_025))), "length of the hint x is 1025");
    assertEquals("TransferCosts[unknown]", TransferCosts.unknown().toString());
  }

  @Test
  void windowsHaveIdsAndWeights() {
    ExpertTable table = ExpertTable.initial(2, EpTopology.of(2, 2, 1, 1, 1));
    double[] loads = {3, 2, 0, 0, 1, 4, 5, 5};
    ExpertWorkload plain = ExpertWorkload.ofExpertLoads(table, 2, loads);
    assertEquals(1, plain.windowId(1));
    assertEquals(1.0, plain.weight(0, 1));
    assertTrue(!plain.measuredPerSlot());
    assertTrue(ExpertWorkload.of(0, 1, 1, 1, 1, new double[1]).measuredPerSlot());
    ExpertWorkload weighted =
        plain.withWindowIds(40).withWeights(new double[] {0.5, 0.0, 0.25, 1.0});
    assertEquals(41, weighted.windowId(1));
    double[] measured = new double[2];
    weighted.measuredExpertLoads(table, 0, 1, measured, 0);
    assertEquals("[4.0, 16.0]", Arrays.toString(measured));
    weighted.measuredExpertLoads(table, 1, 0, measured, 0);
    assertEquals("[0.0, 0.0]", Arrays.toString(measured));
    weighted.expertVariances(table, 0, measured, 0);
    assertEquals("[4.0, 4.0]", Arrays.toString(measured));
    weighted.expertVariances(table, 1, measured, 0);
    assertEquals("[0.0, 0.0]", Arrays.toString(measured));
    Refusal.says(() -> plain.withWeights(new double[3]), "3 weights", "need 4");
    Refusal.says(() -> plain.withWeights(new double[4]), "window 0, layer 0 is 0", "3.0 tokens");
    Refusal.says(() -> plain.withWindowIds(-1), "first window's id is -1");
    Refusal.says(() -> plain.weight(2, 0), "window 2");
  }

  @Test
  void anAnswerCarriesPeaksSharesAndSources() {
    Placement placement = Placement.of(2, 2, 1, new int[] {0, 1, 1, 0});
    Rebalance answer =
        Rebalance.builder(new int[] {1}, placement)
            .expectedPeak(1, 8.0, 5.0)
            .shares(1, new double[] {9.0, 1.0, 0.5}, 1)
            .sources(1, new int[] {-1, 0}, 0)
            .build();
    assertTrue(answer.changed());
    assertTrue(Double.isNaN(answer.expectedPeakAfter(0)));
    assertEquals(8.0, answer.expectedPeakBefore(1));
    assertEquals(5.0, answer.expectedPeakAfter(1));
    double[] shares = new double[2];
    answer.copyShares(1, shares, 0);
    assertEquals("[1.0, 0.5]", Arrays.toString(shares));
    int[] sources = new int[2];
    answer.copySources(0, sources, 0);
    assertEquals("[-1, -1]", Arrays.toString(sources));
    answer.copySources(1, sources, 0);
    assertEquals("[-1, 0]", Arrays.toString(sources));
    assertTrue(!answer.hasShares(0) && answer.hasSources(1) && !answer.hasExpectedPeak(0));
    assertTrue(!answer.equals(Rebalance.of(true, new int[] {1}, placement)));
    Rebalance.Builder builder = Rebalance.builder(new int[] {1}, placement);
    Refusal.says(() -> builder.expectedPeak(2, 1.0, 1.0), "layer 2");
    Refusal.says(() -> builder.expectedPeak(0, 1.0, Double.NaN), "expected peak of layer 0 is NaN");
    Refusal.says(() -> builder.shares(0, new double[] {1.1, 0.0}, 0), "layer 0, slot 0 is 1.1");
    Refusal.says(() -> builder.sources(0, new int[] {0, 2}, 0), "layer 0, slot 1 is 2");
    builder.build();
    Refusal.says(() -> builder.expectedPeak(0, 1.0, 1.0), "has been built");
  }

  @Test
  void theSmallestPolicyIsStatelessAndMinimisesTheHottestRank() {
    assertTrue(!PolicyTraits.DEFAULT.stateful());
    assertEquals(Objective.PEAK_LOAD, PolicyTraits.DEFAULT.objective());
    PolicyTraits own =
        PolicyTraits.builder().stateful(true).objective(Objective.OWN_MEASURE).build();
    assertEquals("PolicyTraits[stateful, OWN_MEASURE]", own.toString());
    assertEquals(own.hashCode(), own.hashCode());
    Refusal.says(() -> PolicyTraits.builder().objective(Refusal.nothing()), "objective is null");
    LayerEnd end = LayerEnd.of(3, LayerEnd.Outcome.ABORTED, 7);
    assertEquals("LayerEnd[layer 3, ABORTED, version 7]", end.toString());
    assertEquals(end, LayerEnd.of(3, LayerEnd.Outcome.ABORTED, 7));
    Refusal.says(() -> LayerEnd.of(-1, LayerEnd.Outcome.COMMITTED, 0), "layer is -1");
  }
}
