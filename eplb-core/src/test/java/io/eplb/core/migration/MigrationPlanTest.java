package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MigrationPlanTest {
  private static final MigrationLimits ONE = new MigrationLimits(1, 1, 1);

  @Property(tries = 1_000)
  void sumsAgreeWithTheLayersAndTheExpertsMovedWithTheContract(
      @ForAll @IntRange(min = 1, max = 3) int sends,
      @ForAll @IntRange(min = 1, max = 3) int receives,
      @ForAll @IntRange(min = 1, max = 3) int buffers,
      @ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    MigrationPlan plan = plan(pair, new MigrationLimits(sends, receives, buffers));
    LayerProposal proposal = new LayerProposal(pair.topology(), MigrationBudget.UNLIMITED);
    int moved = 0;
    for (int layer = 0; layer < pair.current().layers(); layer++) {
      proposal.load(layer, pair.current(), pair.next().placement(), true);
      assertEquals(PlacementRules.expertsMoved(proposal), plan.expertsMovedByLayer()[layer]);
      moved += PlacementRules.expertsMoved(proposal);
    }
    assertEquals(moved, plan.expertsMoved());
    assertEquals(moved, Arrays.stream(plan.expertsMovedByRank()).sum());
    assertTrue(plan.transfers() >= moved);
    assertEquals(plan.transfers(), Arrays.stream(plan.transfersSent()).sum());
    assertEquals(plan.transfers(), Arrays.stream(plan.transfersReceived()).sum());
    assertEquals(
        pair.layersThatDiffer(), plan.layers().stream().map(LayerMigration::layer).toList());
    for (LayerMigration layer : plan.layers()) {
      assertTrue(layer.rounds() >= layer.roundsLowerBound());
    }
  }

  @Property(tries = 200)
  void equalTablesGiveEqualPlans(@ForAll long seed) {
    assertEquals(
        moves(plan(TablePair.random(seed), MigrationLimits.DEFAULT)),
        moves(plan(TablePair.random(seed), MigrationLimits.DEFAULT)));
  }

  private static List<Object> moves(MigrationPlan plan) {
    return plan.layers().stream()
        .flatMap(layer -> layer.stages().stream())
        .<Object>map(stage -> List.of(stage.receives(), stage.rounds(), stage.exchanges()))
        .toList();
  }

  @Test
  void equalTablesNeedNoMove() {
    MigrationPlan plan = plan(ONE, new int[] {0, 1, 2}, new int[] {0, 1, 2});

    assertEquals(List.of(), plan.layers());
    assertEquals(0, plan.transfers());
    assertEquals(0, plan.roundsLowerBound());
    assertEquals(0, plan.transfersInTurn());
  }

  @Test
  void twoRanksSwapThroughABufferEach() {
    MigrationPlan plan = plan(ONE, new int[] {0, 1}, new int[] {1, 0});

    assertEquals(1, plan.stages());
    assertEquals(1, plan.rounds());
    assertEquals(1, plan.roundsLowerBound());
    assertEquals(2, plan.transfers());
    assertEquals(2, plan.copies());
    assertEquals(2, plan.slotsRewritten());
    assertEquals(
        List.of(
            List.of(
                new WeightMove(1, Place.slot(1, 0), Place.buffer(0, 0), 0),
                new WeightMove(0, Place.slot(0, 0), Place.buffer(1, 0), 0))),
        plan.layers().get(0).stages().get(0).rounds());
  }

  @Test
  void aRankThatReordersItsSlotsTransfersNothing() {
    MigrationPlan plan = plan(TablePair.of(3, 1, 1, new int[] {0, 1, 2}, new int[] {1, 2, 0}), ONE);

    assertEquals(0, plan.expertsMoved());
    assertEquals(0, plan.rounds());
    assertEquals(4, plan.copies(), "three slots and one buffer");
    assertEquals(3, plan.slotsRewritten());
  }

  @Test
  void aRankReceivesEachReplicaOfAnExpertThatItGetsTwiceInOneStage() {
    TablePair pair =
        TablePair.of(2, 2, 1, new int[] {0, 1, 0, /* */ 0, 0, 0}, new int[] {0, 1, 0, 1, 1, 0});

    MigrationPlan inOneStage = plan(pair, new MigrationLimits(1, 1, 2));
    assertEquals(1, inOneStage.expertsMoved());
    assertEquals(2, inOneStage.transfers());
    assertArrayEquals(new int[] {2, 0}, inOneStage.transfersSent());
    assertArrayEquals(new int[] {0, 2}, inOneStage.transfersReceived());

    MigrationPlan inTwo = plan(pair, ONE);
    assertEquals(2, inTwo.stages());
    assertEquals(1, inTwo.transfers(), "the second is copied inside the rank");
    assertEquals(3, inTwo.copies());
  }

  @Test
  void roundsFollowTheCaps() {
    // Rank 0 alone holds experts 0 to 3; rank 1 wants all of them.
    int[] current = {0, 1, 2, 3, /* */ 4, 4, 4, 4, /* */ 4, 4, 4, 4};
    int[] next = {0, 1, 2, 3, /* */ 0, 1, 2, 3, /* */ 4, 4, 4, 4};
    TablePair pair = TablePair.of(5, 3, 1, current, next);
    for (int cap = 1; cap <= 4; cap++) {
      MigrationPlan plan = plan(pair, new MigrationLimits(cap, 4, 4));
      assertEquals((4 + cap - 1) / cap, plan.rounds());
      assertEquals(plan.roundsLowerBound(), plan.rounds());
      assertEquals(4, plan.transfersInTurn(), "one link carries all");
    }
    assertEquals(4, plan(pair, new MigrationLimits(4, 4, 1)).roundsLowerBound(), "by the buffer");
  }

  @Test
  void tablesOfDifferentLayersAreRefused() {
    EpTopology topology = EpTopology.of(2, 2, 1, 1, 1);
    ExpertTable oneLayer = ExpertTable.initial(1, topology);

    refused(
        () -> MigrationPlan.of(oneLayer, ExpertTable.initial(2, topology), topology, ONE),
        "the current table has 1 layer, the next one 2; they must agree");
    refused(
        () -> MigrationPlan.of(oneLayer, oneLayer, EpTopology.of(2, 2, 1, 1, 2), ONE),
        "2 experts on 2 ranks × 1 slot");
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    refused(() -> new MigrationLimits(0, 1, 1), "sends per rank is 0");
    refused(() -> new MigrationLimits(1, 65_537, 1), "receives per rank is 65537");
    refused(() -> new MigrationLimits(1, 1, 0), "buffers per rank is 0");
  }

  /** Plans for ranks of one slot. */
  private static MigrationPlan plan(MigrationLimits limits, int[] current, int[] next) {
    return plan(TablePair.of(current.length, current.length, 1, current, next), limits);
  }

  static MigrationPlan plan(TablePair pair, MigrationLimits limits) {
    return MigrationPlan.of(pair.current(), pair.next(), pair.topology(), limits);
  }

  static void refused(Executable call, String part) {
    String message = String.valueOf(assertThrows(InvalidInputException.class, call).getMessage());
    assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
  }
}
