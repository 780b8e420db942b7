package io.eplb.core.elastic;

import static io.eplb.core.elastic.RepairTest.assertRefused;
import static io.eplb.core.elastic.RepairTest.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SurvivalTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 4, 2, 1, 2);
  private static final double[] LOADS = {9, 1, 1, 1, 1, 2};

  @Test
  void theHottestExpertsAreSpreadAndTheRestIsCounted() {
    ExpertTable table = table(3, 6, 4, 2, 0, 1, 0, 2, 3, 5, 4, 5);
    Survival survival = survive(table, EpRanks.nominal(TOPOLOGY), MigrationBudget.UNLIMITED);
    assertEquals(4, survival.uncovered());
    assertEquals(4, survival.uncovered(0));
    assertEquals(2, survival.domains());
    assertEquals(4, survival.table().version());
    assertEquals(2, survival.expertsMoved());
  }

  @Test
  void aCoveredTableComesOutAsTheSameInstance() {
    ExpertTable table = table(3, 6, 4, 2, 0, 1, 5, 2, 0, 5, 4, 3);
    Survival survival = survive(table, EpRanks.nominal(TOPOLOGY), MigrationBudget.UNLIMITED);
    assertSame(table, survival.table());
    assertEquals(4, survival.uncovered());
    assertEquals(0, survival.expertsMoved());
  }

  @Test
  void withoutASecondDomainNobodyIsCoveredAndNothingChanges() {
    ExpertTable table = table(3, 6, 4, 2, 0, 1, 0, 2, 3, 5, 4, 5);
    EpRanks.Builder one = EpRanks.builder(TOPOLOGY);
    for (int rank = 0; rank < 4; rank++) {
      one.failureDomain(rank, 3);
    }
    Survival survival = survive(table, one.build(), MigrationBudget.UNLIMITED);
    assertSame(table, survival.table());
    assertEquals(6, survival.uncovered());
    assertEquals(1, survival.domains());
  }

  @Test
  void anExpertWhoseChangeExceedsTheBudgetStaysUncovered() {
    ExpertTable table = table(3, 6, 4, 2, 0, 1, 0, 2, 3, 5, 4, 5);
    Survival survival = survive(table, EpRanks.nominal(TOPOLOGY), MigrationBudget.of(1, 0));
    assertTrue(survival.expertsMoved() <= 1);
    assertTrue(survival.uncovered() >= 5);
  }

  @Test
  void emptySlotsOfADeadRankStayEmpty() {
    ExpertTable table = table(3, 4, 4, 2, 0, 1, -1, -1, 2, 3, 2, 3);
    EpTopology topology = EpTopology.of(4, 4, 2, 1, 2);
    EpRanks ranks = EpRanks.of(topology, table);
    Survival survival =
        Survival.of(
            table,
            table,
            ranks,
            new double[] {9, 8, 2, 1},
            Dispatch.EVEN,
            1,
            MigrationBudget.UNLIMITED);
    ranks.requireFits(survival.table());
    assertEquals(2, survival.uncovered());
  }

  @Property(tries = 300)
  void deadRanksAndMissingSlotsAreLeftAlone(@ForAll long seed) {
    Random random = new Random(seed);
    EpTopology topology = EpTopology.of(6, 6, 3, 1, 2);
    EpRanks ranks =
        EpRanks.builder(topology)
            .usableSlots(random.nextInt(6), 0)
            .usableSlots(random.nextInt(6), 1)
            .build();
    ExpertTable table = Repair.of(ExpertTable.initial(2, topology), topology, ranks).table();
    double[] loads = random.doubles(12, 0, 9).map(Math::floor).toArray();
    Survival survival =
        Survival.of(
            table,
            table,
            ranks,
            loads,
            Dispatch.EVEN,
            1 + random.nextInt(2),
            MigrationBudget.UNLIMITED);
    ranks.requireFits(survival.table());
  }

  @Test
  void wrongInputIsRefusedWithWhatWouldBeRight() {
    ExpertTable table = table(3, 6, 4, 2, 0, 1, 0, 2, 3, 5, 4, 5);
    EpRanks ranks = EpRanks.nominal(TOPOLOGY);
    EpRanks dead = EpRanks.builder(TOPOLOGY).usableSlots(0, 0).build();
    assertRefused("I1", () -> survive(table, dead, MigrationBudget.UNLIMITED));
    assertRefused(
        "the failures to survive is 0",
        () -> Survival.of(table, table, ranks, LOADS, Dispatch.EVEN, 0, MigrationBudget.UNLIMITED));
    assertRefused(
        "2 expert loads",
        () ->
            Survival.of(
                table, table, ranks, new double[2], Dispatch.EVEN, 1, MigrationBudget.UNLIMITED));
  }

  private static Survival survive(ExpertTable table, EpRanks ranks, MigrationBudget budget) {
    return Survival.of(table, table, ranks, LOADS, Dispatch.EVEN, 1, budget);
  }
}
