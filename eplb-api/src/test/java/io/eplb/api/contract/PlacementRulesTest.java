package io.eplb.api.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.RandomRows;
import io.eplb.api.Rebalance;
import io.eplb.api.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementRulesTest {
  /** Ranks hold {0,1,2}, {3,4,5}, {0,1,2} in the first layer and the same, turned, in the other. */
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 3, 1, 1, 3);

  private static final int[] ROW = {0, 1, 2, 3, 4, 5, 0, 1, 2};
  private static final ExpertTable TABLE =
      ExpertTable.of(
          0,
          6,
          Placement.builder(2, 3, 3)
              .setLayer(0, ROW, 0)
              .setLayer(1, new int[] {3, 4, 5, 0, 1, 2, 3, 4, 5}, 0)
              .build());

  private static LayerProposal proposal(
      MigrationBudget budget, boolean marked, int layer, int... row) {
    LayerProposal proposal = new LayerProposal(TOPOLOGY, budget);
    proposal.load(layer, TABLE, Placement.builder(TABLE).setLayer(layer, row, 0).build(), marked);
    return proposal;
  }

  private static @Nullable Breach judged(MigrationBudget budget, boolean marked, int... row) {
    return PlacementRules.standard().firstBreach(proposal(budget, marked, 0, row));
  }

  private static @Nullable Breach judged(int... row) {
    return judged(MigrationBudget.UNLIMITED, true, row);
  }

  private static void assertPlace(
      Rule rule, int layer, int rank, int slot, @Nullable Breach breach) {
    assertEquals(
        rule + " " + layer + " " + rank + " " + slot,
        breach == null
            ? "no breach"
            : breach.rule() + " " + breach.layer() + " " + breach.rank() + " " + breach.slot());
  }

  @Test
  void acceptsALegalChange() {
    assertNull(judged(5, 4, 3, 2, 1, 0, 5, 4, 3));
  }

  @Test
  void p2NamesTheSlotOfAnExpertThatDoesNotExist() {
    assertPlace(Rule.P2, 0, 1, 2, judged(0, 1, 2, 3, 4, 6, 0, 1, 2));
    assertPlace(Rule.P2, 0, 2, 0, judged(0, 1, 2, 3, 4, 5, -1, 1, 2));
  }

  @Test
  void p3NamesTheLayerThatLostAnExpert() {
    assertPlace(Rule.P3, 0, -1, -1, judged(0, 1, 2, 3, 4, 0, 0, 1, 2));
    assertEquals(
        "P3, layer 0: expert 3 and 1 more have no slot"
            + " (every logical expert is placed at least once)",
        String.valueOf(judged(0, 1, 2, 0, 4, 1, 0, 1, 2)));
  }

  @Test
  void p4NamesTheSlotOfTheSecondReplica() {
    assertPlace(Rule.P4, 0, 2, 2, judged(0, 1, 2, 3, 4, 5, 0, 1, 0));
  }

  @Test
  void p4AllowsDuplicatesWhereARankHasMoreSlotsThanExpertsToChooseFrom() {
    EpTopology hierarchical = EpTopology.of(4, 2, 2, 2, 3);
    ExpertTable table = ExpertTable.initial(1, hierarchical);
    LayerProposal proposal = new LayerProposal(hierarchical, MigrationBudget.UNLIMITED);
    proposal.load(0, table, Placement.of(1, 2, 3, new int[] {0, 1, 1, 2, 3, 3}), true);
    assertNull(PlacementRules.standard().firstBreach(proposal));

    EpTopology global = EpTopology.of(4, 2, 2, 1, 3);
    LayerProposal strict = new LayerProposal(global, MigrationBudget.UNLIMITED);
    strict.load(0, table, Placement.of(1, 2, 3, new int[] {0, 1, 1, 2, 3, 3}), true);
    assertPlace(Rule.P4, 0, 0, 2, PlacementRules.standard().firstBreach(strict));
  }

  @Test
  void p5NamesTheFirstSlotThatChangedWithoutAMark() {
    assertPlace(
        Rule.P5, 0, 1, 0, judged(MigrationBudget.UNLIMITED, false, 0, 1, 2, 4, 3, 5, 0, 1, 2));
  }

  @Test
  void p6NamesTheRankOrTheLayerThatReceivesTooMuch() {
    int[] oneEachOnTwoRanks = {3, 1, 2, 0, 4, 5, 0, 1, 2};
    int[] twoOnOneRank = {0, 1, 2, 3, 4, 5, 3, 4, 2};

    assertNull(judged(MigrationBudget.of(2, 1), true, oneEachOnTwoRanks));
    assertPlace(Rule.P6, 0, -1, -1, judged(MigrationBudget.of(1, 0), true, oneEachOnTwoRanks));
    assertPlace(Rule.P6, 0, 2, -1, judged(MigrationBudget.of(0, 1), true, twoOnOneRank));
    assertNull(judged(MigrationBudget.of(0, 2), true, twoOnOneRank));
    assertTrue(
        String.valueOf(judged(MigrationBudget.of(0, 1), true, twoOnOneRank))
            .contains("receives 2 experts, at most 1 is allowed"));
  }

  @Test
  void p6DoesNotCountSlotsThatChangePlacesWithinARank() {
    assertNull(judged(MigrationBudget.of(1, 1), true, 2, 0, 1, 5, 4, 3, 1, 2, 0));
  }

  @Test
  void acceptsAnUnchangedLayerWhateverItHolds() {
    int[] duplicates = {0, 0, 1, 2, 3, 3};
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 3);
    Placement placement = Placement.of(1, 2, 3, duplicates);
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.of(1, 1));
    proposal.load(0, ExpertTable.of(0, 4, placement), placement, false);

    assertNull(PlacementRules.standard().firstBreach(proposal));
  }

  @Test
  void judgesWithoutARuleThatIsSwitchedOff() {
    LayerProposal proposal =
        proposal(MigrationBudget.UNLIMITED, true, 1, 0, 0, 1, 3, 4, 5, 0, 1, 2);

    assertPlace(Rule.P4, 1, 0, 1, PlacementRules.standard().firstBreach(proposal));
    assertNull(PlacementRules.standard().without(Rule.P4).firstBreach(proposal));
    assertEquals(
        List.of(Rule.P5, Rule.P2, Rule.P3, Rule.P4, Rule.P6, Rule.P9),
        PlacementRules.standard().rules().stream().map(LayerRule::rule).toList());
    Refusal.says(() -> PlacementRules.standard().without(Rule.P2), "rule P2 cannot be left out");
    Refusal.says(() -> PlacementRules.standard().without(Rule.P7), "rule P7 cannot be left out");
    Refusal.says(() -> PlacementRules.standard().without(Refusal.nothing()), "rule null");
  }

  @Test
  void refusesLayersOfAnotherShape() {
    LayerProposal proposal = new LayerProposal(TOPOLOGY, MigrationBudget.UNLIMITED);
    Placement other = Placement.of(2, 9, 1, new int[18]);

    Refusal.says(() -> proposal.load(0, TABLE, other, true), "9 ranks × 1 slot]", "EpTopology");
    Refusal.says(() -> proposal.load(0, TABLE, Placement.of(1, 3, 3, ROW), true), "1 layer ×");
    Refusal.says(() -> proposal.load(2, TABLE, TABLE.placement(), true), "layer 2 does not exist");
    Refusal.says(
        () -> proposal.load(0, TABLE, Refusal.<Placement>nothing(), true), "placement is null");
    Refusal.says(() -> proposal.load(0, TABLE, Refusal.<Rebalance>nothing(), true), "answer is");
    Refusal.says(() -> proposal.load(0, Refusal.nothing(), other, true), "table is null");
    Refusal.says(() -> new LayerProposal(Refusal.nothing(), MigrationBudget.UNLIMITED), "null");
    Refusal.says(() -> new LayerProposal(TOPOLOGY, Refusal.nothing()), "budget is null");
    assertEquals(-1, proposal.layer());
  }

  @Test
  void describesABreachInOneLine() {
    assertEquals(
        "P2, layer 3, rank 1, slot 2: expert 9 does not exist (ids are within 0 to experts − 1, and EMPTY where a rank cannot use a slot)",
        Breach.of(Rule.P2, 3, 1, 2, "expert 9 does not exist").toString());
    Refusal.says(() -> Breach.of(Rule.P2, -1, 0, -1, "x"), "is no place");
    Refusal.says(() -> Breach.of(Rule.P2, 0, -1, 0, "x"), "is no place");
    Refusal.says(() -> Breach.of(Rule.P2, -2, -1, -1, "x"), "is no place");
    Refusal.says(() -> Breach.of(Refusal.nothing(), 0, 0, 0, "x"), "needs a rule");
    Refusal.says(() -> Breach.of(Rule.P2, 0, 0, 0, " "), "needs a rule");
  }

  @Property(tries = 300)
  void everyCorruptionIsCaughtByItsRule(
      @ForAll @IntRange(min = 2, max = 8) int experts,
      @ForAll @IntRange(min = 2, max = 6) int ranks,
      @ForAll long seed) {
    Random random = new Random(seed);
    int slots = Math.min(experts, (experts + ranks - 1) / ranks + 1);
    EpTopology topology = EpTopology.of(experts, ranks, 1, 1, slots);
    int[] row = withoutDuplicates(topology, random);
    ExpertTable table =
        ExpertTable.of(
            0, experts, Placement.of(1, ranks, slots, withoutDuplicates(topology, random)));
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.UNLIMITED);
    proposal.load(0, table, Placement.of(1, ranks, slots, row), true);
    assertNull(PlacementRules.standard().firstBreach(proposal));

    int at = random.nextInt(row.length);
    int[] outOfRange = row.clone();
    outOfRange[at] = random.nextBoolean() ? experts + random.nextInt(9) : -1 - random.nextInt(9);
    proposal.load(0, table, Placement.of(1, ranks, slots, outOfRange), true);
    assertPlace(
        Rule.P2, 0, at / slots, at % slots, PlacementRules.standard().firstBreach(proposal));

    int lost = row[at];
    int[] without = row.clone();
    for (int slot = 0; slot < row.length; slot++) {
      without[slot] = row[slot] == lost ? (lost + 1) % experts : row[slot];
    }
    proposal.load(0, table, Placement.of(1, ranks, slots, without), true);
    assertPlace(Rule.P3, 0, -1, -1, PlacementRules.standard().firstBreach(proposal));
  }

  /** A legal row: expert after expert in a random order, over and over, so that none repeats. */
  private static int[] withoutDuplicates(EpTopology topology, Random random) {
    int[] order = RandomRows.withEveryExpert(topology.experts(), topology.experts(), random);
    int[] row = new int[topology.physicalExperts()];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = order[slot % order.length];
    }
    return row;
  }

  @Property(tries = 500)
  void movesAreCountedAsTheDifferenceOfSets(
      @ForAll @IntRange(min = 1, max = 6) int experts,
      @ForAll @IntRange(min = 1, max = 5) int ranks,
      @ForAll @IntRange(max = 2) int spareSlots,
      @ForAll @IntRange(max = 6) int perLayer,
      @ForAll @IntRange(max = 3) int perRank,
      @ForAll long seed) {
    Random random = new Random(seed);
    int slots = (experts + ranks - 1) / ranks + spareSlots;
    EpTopology topology = EpTopology.of(experts, ranks, 1, 1, slots);
    int[] before = RandomRows.withEveryExpert(experts, ranks * slots, random);
    int[] after = RandomRows.withEveryExpert(experts, ranks * slots, random);
    int moved = 0;
    int firstOverloaded = -1;
    for (int rank = 0; rank < ranks; rank++) {
      Set<Integer> received = held(after, rank, slots);
      received.removeAll(held(before, rank, slots));
      moved += received.size();
      if (perRank > 0 && received.size() > perRank && firstOverloaded < 0) {
        firstOverloaded = rank;
      }
    }
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.of(perLayer, perRank));
    proposal.load(
        0,
        ExpertTable.of(0, experts, Placement.of(1, ranks, slots, before)),
        Placement.of(1, ranks, slots, after),
        true);

    assertEquals(moved, PlacementRules.expertsMoved(proposal));
    Breach breach = new WithinMigrationBudget().firstBreach(proposal);
    if (firstOverloaded >= 0) {
      assertPlace(Rule.P6, 0, firstOverloaded, -1, breach);
    } else if (perLayer > 0 && moved > perLayer) {
      assertPlace(Rule.P6, 0, -1, -1, breach);
    } else {
      assertNull(breach);
    }
  }

  private static Set<Integer> held(int[] row, int rank, int slots) {
    Set<Integer> held = new HashSet<>();
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      held.add(row[slot]);
    }
    return held;
  }
}
