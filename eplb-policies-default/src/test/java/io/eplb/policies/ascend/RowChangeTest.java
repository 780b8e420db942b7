package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.policies.kernel.LayerRow;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RowChangeTest {
  private static final int EXPERTS = 6;

  @Test
  void anExpertThatReturnsCostsNothing() {
    RowChange change = new RowChange(4, RankCapacity.nominal(2, 2));
    change.start(new int[] {0, 1, 2, 3});
    assertEquals(1, change.cost(0, 0, 2));
    change.swap(0, 2);
    assertEquals(2, change.moved());
    assertEquals(1, change.received(1));
    assertEquals(-1, change.cost(0, 2, 0));
    change.swap(0, 2);
    assertEquals(0, change.moved());
  }

  /** After any changes, the counts equal a comparison of the two rows from scratch. */
  @Property(tries = 200)
  void countsAreThoseOfTheTwoRows(
      @ForAll @IntRange(min = 1, max = 4) int ranks,
      @ForAll @IntRange(min = 1, max = 4) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] before = new int[ranks * slots];
    Arrays.setAll(before, slot -> random.nextInt(EXPERTS));
    int[] row = before.clone();
    RowChange change = new RowChange(EXPERTS, RankCapacity.nominal(ranks, slots));
    change.start(before);
    for (int step = 0; step < 30; step++) {
      int slot = random.nextInt(row.length);
      int other = random.nextInt(row.length);
      if (random.nextBoolean()) {
        row[slot] = random.nextInt(EXPERTS);
        change.put(slot, row[slot]);
      } else {
        int expert = row[slot];
        row[slot] = row[other];
        row[other] = expert;
        change.swap(slot, other);
      }
      if (step == 20) {
        change.reset();
        change.restore(row);
      }
      check(change, before, row, slots);
    }
  }

  private static void check(RowChange change, int[] before, int[] row, int slots) {
    int[] copy = new int[row.length];
    change.copyRow(copy);
    assertEquals(Arrays.toString(row), Arrays.toString(copy));
    int moved = 0;
    for (int expert = 0; expert < EXPERTS; expert++) {
      int id = expert;
      assertEquals(Arrays.stream(row).filter(held -> held == id).count(), change.replicas(expert));
    }
    for (int rank = 0; rank < row.length / slots; rank++) {
      int received = 0;
      for (int expert = 0; expert < EXPERTS; expert++) {
        boolean held = LayerRow.holds(before, rank * slots, (rank + 1) * slots, expert);
        boolean holds = LayerRow.holds(row, rank * slots, (rank + 1) * slots, expert);
        assertEquals(held, change.heldBefore(rank, expert));
        assertEquals(holds, change.holds(rank, expert));
        received += holds && !held ? 1 : 0;
      }
      assertEquals(received, change.received(rank));
      moved += received;
    }
    assertEquals(moved, change.moved());
  }
}
