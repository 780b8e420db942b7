package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LayerMigrationTest {
  @Property(tries = 1_000)
  void stagesAreValidAndAsFewAsBuffersAllow(
      @ForAll @IntRange(min = 1, max = 4) int buffers, @ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    for (int layer = 0; layer < pair.current().layers(); layer++) {
      List<ExpertTable> tables = tables(pair, layer, buffers);
      int gains = 0;
      for (int rank = 0; rank < pair.topology().ranks(); rank++) {
        gains = Math.max(gains, gains(pair.current(), pair.next(), layer, rank));
      }
      boolean same = pair.current().sameLayer(layer, pair.next().placement());
      assertEquals(
          same ? 0 : Math.max(1, (gains + buffers - 1) / buffers), tables.size() - 1, "stages");
      assertTrue(tables.get(tables.size() - 1).sameLayer(layer, pair.next().placement()));
      for (int stage = 1; stage < tables.size(); stage++) {
        ExpertTable table = tables.get(stage);
        for (int rank = 0; rank < table.ranks(); rank++) {
          assertTrue(gains(tables.get(stage - 1), table, layer, rank) <= buffers);
        }
        for (int expert = 0; expert < table.experts(); expert++) {
          assertTrue(
              table.replicaCount(layer, expert)
                  >= Math.min(
                      pair.current().replicaCount(layer, expert),
                      pair.next().replicaCount(layer, expert)));
          for (int rank = 0; rank < table.ranks(); rank++) {
            assertTrue(
                held(table, layer, rank, expert)
                    <= Math.max(
                        held(pair.current(), layer, rank, expert),
                        held(pair.next(), layer, rank, expert)));
          }
        }
      }
    }
  }

  @Property(tries = 300)
  void noExpertIsReceivedTwiceOnTheWay(
      @ForAll @IntRange(min = 1, max = 3) int buffers, @ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    for (int layer = 0; layer < pair.current().layers(); layer++) {
      List<ExpertTable> tables = tables(pair, layer, buffers);
      for (int rank = 0; rank < pair.topology().ranks(); rank++) {
        int onTheWay = 0;
        for (int stage = 1; stage < tables.size(); stage++) {
          onTheWay += gains(tables.get(stage - 1), tables.get(stage), layer, rank);
        }
        assertEquals(gains(pair.current(), pair.next(), layer, rank), onTheWay);
      }
    }
  }

  @Property(tries = 1_000)
  void anExpertComesFromItsOwnNodeWhereverAnyRankThereHoldsIt(
      @ForAll @IntRange(min = 1, max = 3) int buffers, @ForAll long seed) {
    TablePair pair = TablePair.random(seed);
    EpTopology topology = pair.topology();
    for (int layer : pair.layersThatDiffer()) {
      for (MigrationStage stage : plan(pair, layer, buffers).stages()) {
        for (WeightMove move : stage.receives()) {
          int node = topology.nodeOf(move.destination().rank());
          for (int rank = 0; rank < topology.ranks(); rank++) {
            assertTrue(
                topology.nodeOf(move.source().rank()) == node
                    || topology.nodeOf(rank) != node
                    || held(pair.current(), layer, rank, move.expert()) == 0,
                move::toString);
          }
        }
      }
    }
  }

  @Test
  void oneBufferTakesAFullTurnOfThreeRanksInThreeStages() {
    TablePair pair =
        TablePair.of(
            9, 3, 1, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, new int[] {3, 4, 5, 6, 7, 8, 0, 1, 2});

    assertEquals(3, plan(pair, 0, 1).stages().size());
    assertEquals(2, plan(pair, 0, 2).stages().size());
    LayerMigration inOneGo = plan(pair, 0, 3);
    assertEquals(1, inOneGo.stages().size());
    assertArrayEquals(new int[] {3, 4, 5, 6, 7, 8, 0, 1, 2}, inOneGo.stages().get(0).row());
  }

  @Test
  void anotherOrderWithinARankIsOneStageAndEqualRowsAreNone() {
    TablePair pair = TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {1, 0, 3, 2});
    TablePair same = TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {0, 1, 2, 3});

    assertEquals(1, plan(pair, 0, 1).stages().size());
    assertEquals(0, plan(same, 0, 1).stages().size());
  }

  @Test
  void theSenderIsOnTheSameNodeElseTheOneThatSendsLeast() {
    // Nodes are {0, 1} and {2, 3}; expert 0 is on ranks 0 and 2, and ranks 1 and 3 want it.
    int[] current = {0, 1, 1, 2, 0, 1, 1, 2};
    int[] next = {0, 1, 0, 2, 0, 1, 0, 2};
    for (int nodes = 1; nodes <= 2; nodes++) {
      MigrationStage stage = plan(TablePair.of(3, 4, nodes, current, next), 0, 1).stages().get(0);
      assertEquals(
          List.of(
              new WeightMove(0, Place.slot(0, 0), Place.buffer(1, 0), 0),
              new WeightMove(0, Place.slot(2, 0), Place.buffer(3, 0), 0)),
          stage.receives());
    }
  }

  @Test
  void tablesOfAnotherShapeThanTheTopologyAreRefused() {
    TablePair pair = TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {1, 0, 3, 2});
    TablePair fewer = TablePair.of(3, 2, 1, new int[] {0, 1, 2, 2}, new int[] {0, 1, 2, 2});

    assertRefused(
        "the next table has 3 experts on 2 ranks × 2 slots, the topology 4 on 2 × 2; they must agree",
        () ->
            LayerMigration.of(
                pair.current(), fewer.next(), 0, pair.topology(), MigrationLimits.DEFAULT));
    assertRefused("layer 1 does not exist; layers are 0 to 0", () -> plan(pair, 1, 1));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call::run).getMessage());
  }

  private static LayerMigration plan(TablePair pair, int layer, int buffers) {
    return LayerMigration.of(
        pair.current(), pair.next(), layer, pair.topology(), new MigrationLimits(1, 1, buffers));
  }

  /** The current table and those that the stages lead to. */
  private static List<ExpertTable> tables(TablePair pair, int layer, int buffers) {
    List<ExpertTable> tables = new ArrayList<>(List.of(pair.current()));
    for (MigrationStage stage : plan(pair, layer, buffers).stages()) {
      Placement rows = Placement.builder(pair.current()).setLayer(layer, stage.row(), 0).build();
      tables.add(pair.current().withLayers(tables.size(), new int[] {layer}, rows));
    }
    return tables;
  }

  static int gains(ExpertTable before, ExpertTable after, int layer, int rank) {
    int gains = 0;
    for (int expert = 0; expert < after.experts(); expert++) {
      gains += Math.max(0, held(after, layer, rank, expert) - held(before, layer, rank, expert));
    }
    return gains;
  }

  private static int held(ExpertTable table, int layer, int rank, int expert) {
    int held = 0;
    for (int slot = 0; slot < table.slotsPerRank(); slot++) {
      held += table.expertAt(layer, rank, slot) == expert ? 1 : 0;
    }
    return held;
  }
}
