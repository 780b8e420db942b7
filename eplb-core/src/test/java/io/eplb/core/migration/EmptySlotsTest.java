package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EmptySlotsTest {
  private static final int E = Placement.EMPTY;

  @Property(tries = 3_000)
  void theStagesLeadToTheNewRowAndNeverTouchALeavingRankOrAnEmptySlot(
      @ForAll @IntRange(min = 1, max = 4) int buffers, @ForAll long seed) {
    TablePair pair = TablePair.withEmptySlots(seed);
    for (int layer = 0; layer < pair.current().layers(); layer++) {
      ExpertTable table = pair.current();
      Map<Place, Integer> memory = slots(table, layer);
      Map<Place, Integer> byCopies = slots(table, layer);
      List<MigrationStage> stages = plan(pair, layer, buffers).stages();
      for (MigrationStage stage : stages) {
        for (WeightMove receive : stage.receives()) {
          assertTrue(receive.destination().buffer());
          assertFalse(leaves(pair, layer, receive.destination().rank()), receive::toString);
          if (receive.isReload()) {
            memory.put(receive.destination(), receive.expert());
            byCopies.put(receive.destination(), receive.expert());
          } else {
            assertFalse(leaves(pair, layer, receive.source().rank()), receive::toString);
            assertEquals(
                receive.expert(),
                table.expertAt(layer, receive.source().rank(), receive.source().index()));
            memory.put(receive.destination(), memory.get(receive.source()));
            byCopies.put(receive.destination(), byCopies.get(receive.source()));
          }
        }
        for (SlotExchange exchange : stage.exchanges()) {
          assertFalse(leaves(pair, layer, exchange.rank()));
          assertTrue(exchange.buffer() < stage.buffers(exchange.rank()));
          Place slot = Place.slot(exchange.rank(), exchange.slot());
          Place buffer = Place.buffer(exchange.rank(), exchange.buffer());
          Integer inBuffer = memory.getOrDefault(buffer, E);
          memory.put(buffer, memory.getOrDefault(slot, E));
          memory.put(slot, inBuffer);
        }
        for (WeightMove copy : stage.copies()) {
          assertFalse(leaves(pair, layer, copy.destination().rank()));
          byCopies.put(copy.destination(), byCopies.getOrDefault(copy.source(), E));
        }
        Placement rows = Placement.builder(table).setLayer(layer, stage.row(), 0).build();
        ExpertTable after = table.withLayers(table.version() + 1, new int[] {layer}, rows);
        requireReplicas(pair, layer, after);
        requireHeld(pair, layer, after, memory);
        requireHeld(pair, layer, after, byCopies);
        table = after;
      }
      assertTrue(table.sameLayer(layer, pair.next().placement()));
      assertEquals(fewestStages(pair, layer, buffers), stages.size());
    }
  }

  /** An expert has at least the smaller number of its replicas in the first and last row. */
  private static void requireReplicas(TablePair pair, int layer, ExpertTable after) {
    for (int expert = 0; expert < after.experts(); expert++) {
      assertTrue(
          after.replicaCount(layer, expert)
              >= Math.min(
                  pair.current().replicaCount(layer, expert),
                  pair.next().replicaCount(layer, expert)));
    }
  }

  /** Memory agrees with a row wherever it has an expert, but for ranks that may be dead. */
  private static void requireHeld(
      TablePair pair, int layer, ExpertTable after, Map<Place, Integer> memory) {
    slots(after, layer)
        .forEach(
            (place, expert) -> {
              if (expert != E && !leaves(pair, layer, place.rank())) {
                assertEquals(expert, memory.get(place), place::toString);
              }
            });
  }

  private static int fewestStages(TablePair pair, int layer, int buffers) {
    int gains = 0;
    for (int rank = 0; rank < pair.topology().ranks(); rank++) {
      gains = Math.max(gains, LayerMigrationTest.gains(pair.current(), pair.next(), layer, rank));
    }
    boolean same = pair.current().sameLayer(layer, pair.next().placement());
    return same ? 0 : Math.max(1, (gains + buffers - 1) / buffers);
  }

  @Property(tries = 2_000)
  void anExpertIsReloadedExactlyWhereAllRanksThatHoldItLeave(
      @ForAll @IntRange(min = 1, max = 3) int buffers, @ForAll long seed) {
    TablePair pair = TablePair.withEmptySlots(seed);
    for (int layer = 0; layer < pair.current().layers(); layer++) {
      LayerMigration plan = plan(pair, layer, buffers);
      int moved = 0;
      for (MigrationStage stage : plan.stages()) {
        for (WeightMove receive : stage.receives()) {
          boolean held = false;
          for (int rank = 0; rank < pair.topology().ranks(); rank++) {
            held |=
                !leaves(pair, layer, rank)
                    && pair.current().localSlot(layer, rank, receive.expert()) >= 0;
          }
          assertFalse(held && receive.isReload(), receive::toString);
        }
      }
      for (int rank = 0; rank < pair.topology().ranks(); rank++) {
        moved += plan.expertsMovedTo(rank);
      }
      assertEquals(moved, plan.expertsMoved());
      assertTrue(plan.transfers() + plan.reloads() >= moved);
      assertTrue(plan.rounds() >= plan.roundsLowerBound());
    }
  }

  @Test
  void aDeadRankGivesNothingAndItsOnlyCopyComesFromTheCheckpoint() {
    // Rank 1 dies; expert 2 was there alone, expert 0 on rank 0 too.
    TablePair pair =
        TablePair.of(4, 3, 1, new int[] {0, 1, 2, 0, 3, 1}, new int[] {0, 1, E, E, 3, 2});
    LayerMigration plan = plan(pair, 0, 2);

    assertEquals(1, plan.stages().size());
    assertEquals(
        List.of(new WeightMove(2, Place.CHECKPOINT, Place.buffer(2, 0), 1)),
        plan.stages().get(0).receives());
    assertEquals(List.of(new SlotExchange(2, 1, 0)), plan.stages().get(0).exchanges());
    assertEquals(1, plan.reloads());
    assertEquals(0, plan.transfers());
    assertEquals(1, plan.rounds());
    assertEquals(
        "expert 2 from the checkpoint to rank 2, buffer 0",
        plan.stages().get(0).receives().get(0).toString());
  }

  @Test
  void aTableThatOnlyLosesADeadRankNeedsNoMove() {
    TablePair pair = TablePair.of(2, 3, 1, new int[] {0, 1, 1}, new int[] {0, 1, E});
    LayerMigration plan = plan(pair, 0, 1);

    assertEquals(1, plan.stages().size());
    assertEquals(List.of(), plan.stages().get(0).receives());
    assertEquals(List.of(), plan.stages().get(0).exchanges());
    assertEquals(0, plan.stages().get(0).buffers(2));
    assertEquals(0, plan.expertsMoved());
  }

  @Test
  void aRankThatReturnsIsFilledFromTheOthers() {
    TablePair pair =
        TablePair.of(2, 3, 1, new int[] {0, 1, E, E, 1, 0}, new int[] {0, 1, 1, 0, 1, 0});
    MigrationPlan plan =
        MigrationPlan.of(
            pair.current(), pair.next(), pair.topology(), new MigrationLimits(1, 1, 2));

    assertEquals(2, plan.transfers());
    assertEquals(0, plan.reloads());
    assertEquals(2, plan.slotsRewritten());
    assertEquals("[0, 2, 0]", Arrays.toString(plan.transfersReceived()));
    assertEquals("[1, 0, 1]", Arrays.toString(plan.transfersSent()));
  }

  @Test
  void reloadsTakeTurnsWithTransfersAtTheirReceiverAndNeedNoSender() {
    // Rank 2 dies, and took 3 and 4 with it; rank 0 also gets 2 from rank 1.
    TablePair pair =
        TablePair.of(
            5, 3, 1, new int[] {0, 1, 0, 1, 2, 0, 3, 4, 3}, new int[] {2, 1, 3, 4, 2, 0, E, E, E});
    MigrationPlan plan =
        MigrationPlan.of(
            pair.current(), pair.next(), pair.topology(), new MigrationLimits(1, 1, 3));

    assertEquals(1, plan.transfers());
    assertEquals(2, plan.reloads());
    assertEquals(2, plan.rounds());
    assertEquals(2, plan.roundsLowerBound());
    assertEquals(2, plan.transfersInTurn());
    assertEquals("[2, 1, 0]", Arrays.toString(plan.transfersReceived()));
  }

  @Test
  void anExpertMovesUpInARankWhoseLastSlotBecomesEmpty() {
    TablePair pair =
        TablePair.of(3, 2, 1, new int[] {0, 1, 2, 1, 2, 0}, new int[] {2, 1, E, 1, 2, 0});
    MigrationStage stage = plan(pair, 0, 1).stages().get(0);

    assertEquals(List.of(), stage.receives());
    assertEquals(List.of(new SlotExchange(0, 2, 0), new SlotExchange(0, 0, 0)), stage.exchanges());
    assertEquals(List.of(new WeightMove(2, Place.slot(0, 2), Place.slot(0, 0), 0)), stage.copies());
  }

  @Test
  void aWishedSourceIsReadWhereItLivesAndHoldsTheExpert() {
    TablePair pair =
        TablePair.of(
            3, 4, 2, new int[] {0, 1, 0, 2, 0, 1, 0, 1}, new int[] {0, 1, 1, 2, 0, 2, E, E});
    int[] wishes = {-1, -1, 2, -1, -1, 0, -1, -1};
    LayerMigration plan =
        LayerMigration.of(
            pair.current(), pair.next(), 0, wishes, pair.topology(), MigrationLimits.DEFAULT);
    assertEquals(
        List.of(
            new WeightMove(1, Place.slot(2, 1), Place.buffer(1, 0), 0),
            new WeightMove(2, Place.slot(1, 1), Place.buffer(2, 0), 1)),
        plan.stages().get(0).receives(),
        "expert 1 from the other node as wished; expert 2 is not on rank 0");

    int[] dead = {-1, -1, 3, -1, -1, -1, -1, -1};
    assertEquals(
        Place.slot(0, 1),
        LayerMigration.of(
                pair.current(), pair.next(), 0, dead, pair.topology(), MigrationLimits.DEFAULT)
            .stages()
            .get(0)
            .receives()
            .get(0)
            .source(),
        "rank 3 leaves");
  }

  @Test
  void wishesThatNameNoRankAreRefused() {
    TablePair pair = TablePair.of(2, 2, 1, new int[] {0, 1}, new int[] {1, 0});
    assertRefused(
        "the source of slot 1 is rank 2; it must be between 0 and 1, or −1 without a wish",
        pair,
        0,
        2);
    assertRefused("the sources name 1 rank, a layer has 2 slots; they must agree", pair, 0);
  }

  private static void assertRefused(String message, TablePair pair, int... sources) {
    assertEquals(
        message,
        assertThrows(
                InvalidInputException.class,
                () ->
                    LayerMigration.of(
                        pair.current(),
                        pair.next(),
                        0,
                        sources,
                        pair.topology(),
                        MigrationLimits.DEFAULT))
            .getMessage());
  }

  private static LayerMigration plan(TablePair pair, int layer, int buffers) {
    return LayerMigration.of(
        pair.current(), pair.next(), layer, pair.topology(), new MigrationLimits(1, 1, buffers));
  }

  private static boolean leaves(TablePair pair, int layer, int rank) {
    EpTopology topology = pair.topology();
    for (int slot = 0; slot < topology.slotsPerRank(); slot++) {
      if (pair.next().expertAt(layer, rank, slot) != E) {
        return false;
      }
    }
    return true;
  }

  private static Map<Place, Integer> slots(ExpertTable table, int layer) {
    Map<Place, Integer> slots = new HashMap<>();
    for (int rank = 0; rank < table.ranks(); rank++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        slots.put(Place.slot(rank, slot), table.expertAt(layer, rank, slot));
      }
    }
    return slots;
  }
}
