package io.eplb.core.migration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MigrationStagesTest {
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

  @Test
  void oneBufferTakesAFullTurnOfThreeRanksInThreeStages() {
    TablePair pair =
        TablePair.of(
            9, 3, 1, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, new int[] {3, 4, 5, 6, 7, 8, 0, 1, 2});

    assertEquals(3, MigrationStages.of(pair.current(), pair.next(), 0, 1).count());
    assertEquals(2, MigrationStages.of(pair.current(), pair.next(), 0, 2).count());
    MigrationStages inOneGo = MigrationStages.of(pair.current(), pair.next(), 0, 3);
    assertEquals(1, inOneGo.count());
    int[] row = new int[9];
    inOneGo.copyRow(0, row, 0);
    assertArrayEquals(new int[] {3, 4, 5, 6, 7, 8, 0, 1, 2}, row);
  }

  @Test
  void anotherOrderWithinARankIsOneStageAndEqualRowsAreNone() {
    TablePair pair = TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {1, 0, 3, 2});

    assertEquals(1, MigrationStages.of(pair.current(), pair.next(), 0, 1).count());
    assertEquals(0, MigrationStages.of(pair.current(), pair.current(), 0, 1).count());
  }

  @Test
  void argumentsThatMakeNoSenseAreRefused() {
    TablePair pair = TablePair.of(4, 2, 1, new int[] {0, 1, 2, 3}, new int[] {1, 0, 3, 2});
    TablePair fewer = TablePair.of(3, 2, 1, new int[] {0, 1, 2, 2}, new int[] {0, 1, 2, 2});
    MigrationStages stages = MigrationStages.of(pair.current(), pair.next(), 0, 1);

    assertRefused(
        "buffers per rank is 0; it must be at least 1",
        () -> MigrationStages.of(pair.current(), pair.next(), 0, 0));
    assertRefused(
        "the current table has 4 experts, the next one 3; they must agree",
        () -> MigrationStages.of(pair.current(), fewer.next(), 0, 1));
    assertRefused("stage 1 does not exist; there are 1", () -> stages.copyRow(1, new int[4], 0));
    assertRefused(
        "a row needs room for 4 elements from offset 1; the array has 4",
        () -> stages.copyRow(0, new int[4], 1));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call::run).getMessage());
  }

  /** The current table and those that the stages lead to. */
  private static List<ExpertTable> tables(TablePair pair, int layer, int buffers) {
    MigrationStages stages = MigrationStages.of(pair.current(), pair.next(), layer, buffers);
    List<ExpertTable> tables = new ArrayList<>(List.of(pair.current()));
    int[] row = new int[pair.current().physicalExperts()];
    for (int stage = 0; stage < stages.count(); stage++) {
      stages.copyRow(stage, row, 0);
      Placement rows = Placement.builder(pair.current()).setLayer(layer, row, 0).build();
      tables.add(pair.current().withLayers(stage + 1L, new int[] {layer}, rows));
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
