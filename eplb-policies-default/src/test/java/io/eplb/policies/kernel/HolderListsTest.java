package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HolderListsTest {
  private static final int EXPERTS = 5;
  private static final int SLOTS = 12;

  private final HolderLists holders = new HolderLists(EXPERTS, SLOTS);

  @Test
  void slotsAreListedInAscendingOrder() {
    holders.link(new int[] {2, 0, 2, 4, 4, 2, 0, 0, 0, 4, 4, 4});

    assertArrayEquals(new int[] {0, 2, 5}, slots(2));
    assertArrayEquals(new int[] {1, 6, 7, 8}, slots(0));
    assertArrayEquals(new int[0], slots(1));
  }

  @Test
  void emptySlotsAreInNoList() {
    holders.link(new int[] {2, -1, 2, -1, -1, -1, 0, -1, -1, -1, -1, -1});

    assertArrayEquals(new int[] {0, 2}, slots(2));
    assertArrayEquals(new int[] {6}, slots(0));
  }

  @Test
  void aSlotThatChangesItsExpertComesFirst() {
    holders.link(new int[] {2, 0, 2, 4, 4, 2, 0, 0, 0, 4, 4, 4});

    holders.move(2, 2, 0);

    assertArrayEquals(new int[] {0, 5}, slots(2));
    assertArrayEquals(new int[] {2, 1, 6, 7, 8}, slots(0));
  }

  @Test
  void afterAnyChangesEverySlotIsListedUnderItsExpert() {
    Random random = new Random(3);
    int[] row = random.ints(SLOTS, 0, EXPERTS).toArray();
    holders.link(row);
    for (int change = 0; change < 500; change++) {
      int slot = random.nextInt(SLOTS);
      int expert = random.nextInt(EXPERTS);
      holders.move(slot, row[slot], expert);
      row[slot] = expert;
      int from = random.nextInt(SLOTS);
      for (int held = 0; held < EXPERTS; held++) {
        int wanted = held;
        int[] expected = IntStream.range(0, SLOTS).filter(at -> row[at] == wanted).toArray();
        assertArrayEquals(expected, IntStream.of(slots(held)).sorted().toArray());
        boolean isHeld = IntStream.of(expected).anyMatch(at -> at >= from && at < from + 3);
        assertEquals(isHeld, holders.isHeld(held, from, from + 3), "change " + change);
      }
    }
  }

  private int[] slots(int expert) {
    return IntStream.iterate(holders.first(expert), slot -> slot != HolderLists.NONE, holders::next)
        .toArray();
  }
}
