package io.eplb.core.elastic;

import static io.eplb.core.elastic.RepairTest.assertRefused;
import static io.eplb.core.elastic.RepairTest.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InsufficientSlotsException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RescaleTest {
  private static final double[] NO_LOADS = {};

  @Test
  void aNewRankIsFilledWithCopiesOfTheHottestExperts() {
    Rescale grown = Rescale.of(table(3, 4, 2, 2, 0, 1, 2, 3), 3, 2, new double[] {8, 1, 4, 3});
    assertArrayEquals(new int[] {0, 1, -1}, grown.formerRanks());
    assertArrayEquals(new int[] {0, 1, 2, 3, 0, 3}, row(grown.table(), 0));
    assertEquals(
        List.of(new Reload(0, 2, 0, 0, -1, 0), new Reload(0, 2, 1, 3, -1, 1)), grown.steps());
    assertEquals(4, grown.table().version());
    assertEquals(2, grown.leastCopies());
  }

  @Test
  void theLastRankLeavesUnlessAnotherIsNamed() {
    ExpertTable table = table(0, 4, 3, 2, 0, 1, 2, 3, 0, 1);
    Rescale last = Rescale.of(table, 2, 2, NO_LOADS);
    assertArrayEquals(new int[] {2}, last.leaving());
    assertEquals(0, last.copies());
    assertArrayEquals(new int[] {0, 1, 2, 3}, row(last.table(), 0));
    Rescale named = Rescale.of(table, 2, 2, new int[] {1}, NO_LOADS);
    assertArrayEquals(new int[] {0, 2}, named.formerRanks());
    assertEquals(2, named.copies());
    assertEquals(2, named.leastCopies());
    assertTrue(named.steps().stream().allMatch(step -> step.source() == 1));
  }

  @Test
  void aDeadRankLeavesBeforeALivingOneAndIsOtherwiseGivenBack() {
    ExpertTable table = table(0, 4, 3, 2, 0, 1, -1, -1, 2, 3);
    assertArrayEquals(new int[] {1}, Rescale.of(table, 2, 2, NO_LOADS).leaving());
    Rescale back = Rescale.of(table, 3, 2, NO_LOADS);
    assertEquals(2, back.copies());
    assertTrue(Arrays.stream(row(back.table(), 0)).allMatch(expert -> expert >= 0));
  }

  @Test
  void nothingChangesIfNothingHasTo() {
    ExpertTable table = table(0, 4, 2, 2, 0, 1, 2, 3);
    Rescale same = Rescale.of(table, 2, 2, NO_LOADS);
    assertSame(table, same.table());
    assertEquals(List.of(), same.steps());
  }

  @Test
  void withFewerSlotsARankKeepsTheExpertsThatNobodyElseCan() {
    ExpertTable table = table(0, 3, 3, 2, 0, 2, 0, 1, 1, 0);
    Rescale narrow = Rescale.of(table, 3, 1, NO_LOADS);
    assertEquals(0, narrow.copies());
    assertTrue(narrow.steps().stream().allMatch(Reload::withinRank));
  }

  @Test
  void tooFewSlotsAreRefusedWithTheExpertsThatWouldHaveNone() {
    String message =
        assertThrows(
                InsufficientSlotsException.class,
                () -> Rescale.of(table(0, 4, 2, 2, 0, 1, 2, 3), 1, 3, NO_LOADS))
            .getMessage();
    assertEquals(
        "the ranks that stay have 3 usable slots for 4 experts, 1 too few in every layer; without a"
            + " slot: layer 0: expert 3",
        message);
  }

  @Test
  void wrongInputIsRefusedWithWhatWouldBeRight() {
    ExpertTable table = table(0, 4, 3, 2, 0, 1, 2, 3, 0, 1);
    assertRefused("ranks is 0", () -> Rescale.of(table, 0, 2, NO_LOADS));
    assertRefused("slots per rank is 0", () -> Rescale.of(table, 2, 0, NO_LOADS));
    assertRefused("rank 3 does not exist", () -> leave(table, 2, 3));
    assertRefused("rank 1 is named twice", () -> leave(table, 1, 1, 1));
    assertRefused("from 3 ranks to 1 2 leave", () -> leave(table, 1, 1));
    assertRefused("from 3 ranks to 3 none leaves", () -> leave(table, 3, 1));
    assertRefused("1 expert load", () -> Rescale.of(table, 2, 2, new double[] {1}));
    assertRefused(
        "change ranks and slots one after the other",
        () -> Rescale.of(table, EpTopology.MAX_RANKS, EpTopology.MAX_SLOTS_PER_RANK, NO_LOADS));
  }

  private static Rescale leave(ExpertTable table, int ranks, int... leaving) {
    return Rescale.of(table, ranks, 2, leaving, NO_LOADS);
  }

  @Property(tries = 1000)
  void copiesMeetTheBoundAndEveryStepLeavesAValidTable(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer shape = TestLayer.random(random);
    ExpertTable table = RepairTest.tableOf(shape, random);
    int ranks = 1 + random.nextInt(10);
    int slots = random.nextBoolean() ? shape.slots() : 1 + random.nextInt(shape.experts());
    Assume.that(ranks * slots >= shape.experts());
    int[] leaving =
        random
            .ints(0, shape.ranks())
            .distinct()
            .limit(Math.max(0, shape.ranks() - ranks))
            .toArray();
    double[] loads = random.doubles(2L * shape.experts(), 0, 5).toArray();
    Rescale rescale = Rescale.of(table, ranks, slots, leaving, loads);
    assertEquals(ranks, rescale.table().ranks());
    assertEquals(slots, rescale.table().slotsPerRank());
    assertEquals(0, rescale.table().duplicates());
    for (int layer = 0; layer < 2; layer++) {
      assertEquals(bound(row(table, layer), shape, ranks, slots, leaving), rescale.copies(layer));
      assertEquals(rescale.leastCopies(layer), rescale.copies(layer));
    }
    requireSteps(table, rescale);
    assertEquals(
        rescale.copies(), rescale.steps().stream().filter(step -> !step.withinRank()).count());
  }

  @Property(tries = 300)
  void aTableWithDuplicatesOnARankIsTakenAsItIs(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer shape = TestLayer.random(random);
    int[] rows = new int[2 * shape.row().length];
    for (int at = 0; at < rows.length; at++) {
      int slot = at % shape.row().length;
      boolean spare =
          Arrays.stream(shape.row()).filter(expert -> expert == shape.row()[slot]).count() > 1
              && Arrays.stream(shape.row(), 0, slot)
                  .anyMatch(expert -> expert == shape.row()[slot]);
      rows[at] = spare && slot % shape.slots() > 0 ? rows[at - 1] : shape.row()[slot];
    }
    ExpertTable table = table(0, shape.experts(), shape.ranks(), shape.slots(), rows);
    int ranks = 1 + random.nextInt(10);
    int slots = 1 + random.nextInt(shape.experts());
    Assume.that(ranks * slots >= shape.experts());
    Rescale rescale = Rescale.of(table, ranks, slots, NO_LOADS);
    assertEquals(rescale.leastCopies(), rescale.copies());
    requireSteps(table, rescale);
  }

  /** Applies the steps to rows of all ranks with all slots, and compares the end. */
  private static void requireSteps(ExpertTable table, Rescale rescale) {
    int slots = Math.max(table.slotsPerRank(), rescale.table().slotsPerRank());
    int ranks = Math.max(table.ranks(), rescale.table().ranks());
    int[] rows = new int[2 * ranks * slots];
    Arrays.fill(rows, -1);
    for (int at = 0; at < 2 * table.physicalExperts(); at++) {
      int layer = at / table.physicalExperts();
      int rank = at % table.physicalExperts() / table.slotsPerRank();
      int slot = at % table.slotsPerRank();
      rows[(layer * ranks + rank) * slots + slot] = table.expertAt(layer, rank, slot);
    }
    RepairTest.Steps steps = new RepairTest.Steps(table(0, table.experts(), ranks, slots, rows));
    rescale.steps().forEach(steps::apply);
    BitSet left = new BitSet();
    Arrays.stream(rescale.leaving()).forEach(left::set);
    int[] former = rescale.formerRanks();
    int next = table.ranks();
    for (int rank = 0; rank < former.length; rank++) {
      int joint = former[rank] < 0 ? next++ : former[rank];
      assertTrue(!left.get(joint));
      for (int layer = 0; layer < 2; layer++) {
        for (int slot = 0; slot < rescale.table().slotsPerRank(); slot++) {
          assertEquals(
              steps.rows[layer][joint * slots + slot], rescale.table().expertAt(layer, rank, slot));
        }
      }
    }
  }

  /**
   * Returns the greater of two lower bounds: the slots that no expert of their rank can fill, and
   * the experts that cannot be matched with a slot of a rank that holds them and stays.
   */
  private static int bound(int[] row, TestLayer shape, int ranks, int slots, int[] leaving) {
    int[] staying =
        IntStream.range(0, shape.ranks())
            .filter(rank -> Arrays.stream(leaving).noneMatch(gone -> gone == rank))
            .toArray();
    int free =
        (ranks - staying.length) * slots + staying.length * Math.max(0, slots - shape.slots());
    int matched =
        TestLayer.matching(
            shape.experts(),
            staying.length * slots,
            (expert, slot) -> TestLayer.holds(row, shape.slots(), staying[slot / slots], expert));
    return Math.max(free, shape.experts() - matched);
  }

  private static int[] row(ExpertTable table, int layer) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    return row;
  }
}
