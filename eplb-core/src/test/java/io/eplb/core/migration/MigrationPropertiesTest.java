package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MigrationPropertiesTest {
  @Property(tries = 1_000)
  void everyPlanLeadsToTheNewTableWithinItsLimits(
      @ForAll @IntRange(min = 1, max = 3) int sends,
      @ForAll @IntRange(min = 1, max = 3) int receives,
      @ForAll @IntRange(min = 1, max = 3) int buffers,
      @ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    MigrationLimits limits = new MigrationLimits(sends, receives, buffers);
    MigrationPlan plan = MigrationPlan.of(pair.current(), pair.next(), pair.topology(), limits);

    assertEquals(Optional.empty(), MigrationCheck.firstFault(plan, pair.current(), pair.next()));
    for (LayerMigration layer : plan.layers()) {
      SlotMemory memory = new SlotMemory(pair.current(), layer.layer());
      memory.carryOut(layer, new Random(seed));
      for (int rank = 0; rank < pair.topology().ranks(); rank++) {
        for (int slot = 0; slot < pair.topology().slotsPerRank(); slot++) {
          assertEquals(
              pair.next().expertAt(layer.layer(), rank, slot), memory.expertAt(rank, slot));
        }
      }
      assertTrue(layer.rounds().size() >= layer.roundsLowerBound());
      assertEquals(expertsReceived(pair.current(), pair.next(), layer.layer()), layer.transfers());
    }
    assertEquals(
        plan.layers(),
        MigrationPlan.of(pair.current(), pair.next(), pair.topology(), limits).layers());
  }

  @Property(tries = 300)
  void anExpertComesFromItsOwnNodeWhereverAnyRankThereHoldsIt(@ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    MigrationPlan plan =
        MigrationPlan.of(pair.current(), pair.next(), pair.topology(), MigrationLimits.DEFAULT);
    for (LayerMigration layer : plan.layers()) {
      for (MigrationRound round : layer.rounds()) {
        for (WeightMove transfer : round.transfers()) {
          int node = pair.topology().nodeOf(transfer.destination().rank());
          if (pair.topology().nodeOf(transfer.source().rank()) != node) {
            for (int rank = 0; rank < pair.topology().ranks(); rank++) {
              assertTrue(
                  pair.topology().nodeOf(rank) != node
                      || pair.current().localSlot(layer.layer(), rank, transfer.expert()) < 0,
                  transfer::toString);
            }
          }
        }
      }
    }
  }

  private static int expertsReceived(ExpertTable current, ExpertTable next, int layer) {
    int received = 0;
    for (int rank = 0; rank < next.ranks(); rank++) {
      Set<Integer> held = new HashSet<>();
      for (int slot = 0; slot < next.slotsPerRank(); slot++) {
        int expert = next.expertAt(layer, rank, slot);
        if (held.add(expert) && current.localSlot(layer, rank, expert) < 0) {
          received++;
        }
      }
    }
    return received;
  }
}
