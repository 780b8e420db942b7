package io.eplb.policies.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinePoliciesTest {
  @Test
  void staticKeepsTheCurrentTable() {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 3);
    ExpertTable table = ExpertTable.initial(2, topology);
    Rebalance answer = plan(new StaticPolicy(), topology, table, 1, MigrationBudget.UNLIMITED);
    assertFalse(answer.changed());
    assertSame(table.placement(), answer.newPlacement());
  }

  @Test
  void randomChangesTwoSlotsOfEveryLayerForAnyNumberOfRanksFromTwo() {
    for (int ranks = 2; ranks <= 7; ranks++) {
      EpTopology topology = EpTopology.of(4 * ranks, ranks, 1, 1, 6);
      ExpertTable table = ExpertTable.initial(6, topology);
      Rebalance answer = plan(new RandomPolicy(), topology, table, 9, MigrationBudget.UNLIMITED);
      assertTrue(answer.changed());
      assertEquals(6, answer.layerPriority().length);
      for (int layer = 0; layer < 6; layer++) {
        assertEquals(2, arrivals(table, answer, layer).size(), "ranks " + ranks);
      }
    }
  }

  @Test
  void randomPrefersRedundantExperts() {
    EpTopology topology = EpTopology.of(5, 4, 1, 1, 2);
    ExpertTable table =
        ExpertTable.of(0, 5, Placement.of(1, 4, 2, new int[] {0, 1, 2, 3, 0, 2, 1, 4}));
    for (int seed = 0; seed < 100; seed++) {
      Rebalance answer = plan(new RandomPolicy(), topology, table, seed, MigrationBudget.UNLIMITED);
      List<Integer> arrivals = arrivals(table, answer, 0);
      assertEquals(2, arrivals.size());
      arrivals.forEach(expert -> assertTrue(table.replicaCount(0, expert) == 2));
    }
  }

  /** Returns the experts that replace others in a layer, slot by slot. */
  private static List<Integer> arrivals(ExpertTable table, Rebalance answer, int layer) {
    List<Integer> arrivals = new ArrayList<>();
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        int expert = answer.newPlacement().expertAt(layer, rank, slot);
        if (expert != table.expertAt(layer, rank, slot)) {
          arrivals.add(expert);
        }
      }
    }
    return arrivals;
  }

  @Test
  void randomSwapsAnyTwoExpertsWithoutRedundancy() {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(3, topology);
    assertTrue(plan(new RandomPolicy(), topology, table, 1, MigrationBudget.UNLIMITED).changed());
  }

  @Test
  void randomHasAnAnswerOfItsOwnForEverySeedAndLayer() {
    EpTopology topology = EpTopology.of(64, 8, 1, 1, 9);
    ExpertTable table = ExpertTable.initial(2, topology);
    RandomPolicy policy = new RandomPolicy();
    Rebalance first = plan(policy, topology, table, 1, MigrationBudget.UNLIMITED);
    Rebalance again = plan(policy, topology, table, 1, MigrationBudget.UNLIMITED);
    Rebalance other = plan(policy, topology, table, 2, MigrationBudget.UNLIMITED);
    assertEquals(first.newPlacement(), again.newPlacement());
    assertNotEquals(first.newPlacement(), other.newPlacement());
    assertFalse(ExpertTable.of(0, 64, first.newPlacement()).sameLayer(0, moveLayer(first)));
  }

  @Test
  void randomLeavesALayerAloneInWhichNoSwapIsLegal() {
    for (EpTopology topology :
        new EpTopology[] {
          EpTopology.of(4, 1, 1, 1, 6), EpTopology.of(4, 3, 1, 1, 4), EpTopology.of(2, 3, 1, 1, 5)
        }) {
      ExpertTable table = ExpertTable.initial(2, topology);
      Rebalance answer = plan(new RandomPolicy(), topology, table, 4, MigrationBudget.UNLIMITED);
      assertFalse(answer.changed());
      assertEquals(table.placement(), answer.newPlacement());
    }
  }

  @Test
  void randomNeedsABudgetOfTwoMoves() {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 2);
    ExpertTable table = ExpertTable.initial(1, topology);
    assertFalse(plan(new RandomPolicy(), topology, table, 1, MigrationBudget.of(1, 0)).changed());
    assertTrue(plan(new RandomPolicy(), topology, table, 1, MigrationBudget.of(2, 1)).changed());
  }

  /** Layer 1 of an answer as layer 0 of a placement. */
  private static Placement moveLayer(Rebalance answer) {
    int[] row = new int[answer.newPlacement().physicalExperts()];
    answer.newPlacement().copyLayer(1, row, 0);
    return Placement.builder(2, answer.newPlacement().ranks(), answer.newPlacement().slotsPerRank())
        .setLayer(0, row, 0)
        .setLayer(1, row, 0)
        .build();
  }

  private static Rebalance plan(
      EplbPolicy policy,
      EpTopology topology,
      ExpertTable table,
      long seed,
      MigrationBudget budget) {
    double[] loads = new double[table.layers() * topology.experts()];
    PolicyContext context =
        PolicyContext.builder(topology).seed(seed).migrationBudget(budget).build();
    return policy.rebalanceExperts(table, ExpertWorkload.ofExpertLoads(table, loads), context);
  }
}
