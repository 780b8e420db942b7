package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExpertTableTest {
  private static final int[] TWO_LAYERS = {0, 1, 2, 0, /* */ 2, 1, 0, 2};

  private static ExpertTable table() {
    return ExpertTable.of(3, 3, Placement.of(2, 2, 2, TWO_LAYERS));
  }

  @Test
  void derivesReplicasFromTheRow() {
    ExpertTable table = table();

    assertEquals(3, table.version());
    assertEquals(2, table.replicaCount(0, 0));
    assertEquals(3, table.physicalSlot(0, 0, 1));
    assertEquals(1, table.localSlot(0, 1, 0));
    assertEquals(-1, table.localSlot(0, 1, 1));
    int[] counts = new int[3];
    table.copyReplicaCounts(1, counts, 0);
    assertArrayEquals(new int[] {1, 1, 2}, counts);
  }

  @Test
  void countsTheReplicasBesideAnotherOneOnTheirRank() {
    assertEquals(0, table().duplicates());
    int[] rows = {0, 0, 0, 1, 2, 1, /* */ 0, 1, 2, 0, 1, 2, /* */ 0, 1, 0, 1, 2, 1};
    assertEquals(5, ExpertTable.of(0, 3, Placement.of(3, 2, 3, rows)).duplicates());
  }

  @Test
  void startsWithExpertsInOrderThenRedundantOnesFromZero() {
    ExpertTable table = ExpertTable.initial(2, EpTopology.of(4, 3, 1, 1, 2));
    int[] row = new int[6];
    table.copyLayer(1, row, 0);

    assertEquals(0, table.version());
    assertArrayEquals(new int[] {0, 1, 2, 3, 0, 1}, row);
  }

  @Test
  void comparesOneLayerWithAPlacement() {
    ExpertTable table = table();
    Placement other = Placement.builder(table).set(1, 0, 0, 1).build();

    assertTrue(table.sameLayer(0, other));
    assertFalse(table.sameLayer(1, other));
    Refusal.says(() -> table.sameLayer(2, other), "layer 2 does not exist");
    Refusal.says(() -> table.sameLayer(0, Refusal.nothing()), "is null");
    Refusal.says(
        () -> table.sameLayer(0, Placement.of(2, 4, 1, TWO_LAYERS)),
        "2 layers × 2 ranks × 2 slots",
        "2 layers × 4 ranks × 1 slot]",
        "must agree");
  }

  @Test
  void takesSomeLayersFromAPlacementWithTheirReplicaOrder() {
    ExpertTable table = table();
    Placement source =
        Placement.builder(2, 2, 2)
            .setLayer(0, new int[] {9, 9, 9, 9}, 0)
            .setLayer(1, new int[] {1, 2, 2, 0}, 0)
            .setReplicaOrder(1, new int[] {0, 5, 3, 0}, 0)
            .build();
    ExpertTable merged = table.withLayers(8, new int[] {1}, source);

    assertEquals(8, merged.version());
    assertTrue(merged.sameLayer(0, table.placement()), "a layer that is not named stays");
    assertTrue(merged.sameLayer(1, source));
    assertEquals(2, merged.physicalSlot(1, 2, 0));
    assertEquals(1, merged.physicalSlot(1, 2, 1));
    assertEquals(table(), table, "the old table stays as it was");
    ExpertTable back = merged.withLayers(3, new int[] {1}, table.placement());
    assertEquals(0, back.physicalSlot(1, 2, 0), "without an order, replicas are listed by slot");
  }

  @Test
  void refusesLayersThatDoNotFitAndLooksAtNoOthers() {
    ExpertTable table = table();
    Placement source = Placement.of(2, 2, 2, new int[] {9, 9, 9, 9, 0, 0, 1, 1});

    Refusal.says(() -> table.withLayers(4, new int[] {0}, source), "layer 0", "expert 9");
    Refusal.says(() -> table.withLayers(4, new int[] {1}, source), "I3", "layer 1", "expert 2");
    Refusal.says(() -> table.withLayers(4, new int[] {2}, source), "layer 2 does not exist");
    Refusal.says(() -> table.withLayers(-1, new int[0], source), "placement version is -1");
    Refusal.says(
        () -> table.withLayers(4, new int[0], Placement.of(2, 4, 1, TWO_LAYERS)), "must agree");
    assertEquals(table.placement(), table.withLayers(4, new int[0], source).placement());
  }

  @Test
  void equalsByVersionExpertsAndContent() {
    assertEquals(table(), table());
    assertEquals(table().hashCode(), table().hashCode());
    assertNotEquals(table(), ExpertTable.of(4, 3, Placement.of(2, 2, 2, TWO_LAYERS)));
  }

  @Test
  void namesTheCellOfAnExpertThatDoesNotExist() {
    Refusal.says(
        () -> ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, 1, 2, 3})),
        "layer 0, rank 1, slot 1",
        "expert 3",
        "0 to 2");
    Refusal.says(
        () -> ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, -2, 2, 1})),
        "layer 0, rank 0, slot 1",
        "expert -2");
  }

  @Test
  void namesTheLayerThatMissesAnExpert() {
    Refusal.says(
        () -> ExpertTable.of(0, 3, Placement.of(2, 1, 3, new int[] {0, 1, 2, 1, 1, 1})),
        "I3",
        "layer 1",
        "expert 0 and 1 more");
    Refusal.says(
        () -> ExpertTable.of(0, 4, Placement.of(1, 1, 3, new int[] {0, 1, 2})), "I3", "expert 3");
  }

  @Test
  void refusesArgumentsOutOfRange() {
    Placement placement = Placement.of(1, 1, 1, new int[1]);
    ExpertTable table = table();

    Refusal.says(() -> ExpertTable.of(-1, 1, placement), "placement version is -1");
    Refusal.says(() -> ExpertTable.of(0, 0, placement), "experts is 0");
    Refusal.says(() -> ExpertTable.of(0, 1, Refusal.nothing()), "placement is null");
    Refusal.says(() -> ExpertTable.initial(0, EpTopology.of(1, 1, 1, 1, 1)), "layers is 0");
    Refusal.says(() -> ExpertTable.initial(1, Refusal.nothing()), "topology is null");
    Refusal.says(() -> ExpertTable.initial(65_536, EpTopology.of(1, 65_536, 1, 1, 2)), "elements");
    Refusal.says(() -> table.replicaCount(0, 3), "expert 3 does not exist");
    Refusal.says(() -> table.replicaCount(-1, 0), "layer -1 does not exist");
    Refusal.says(() -> table.physicalSlot(0, 1, 1), "replica 1 does not exist", "0 to 0");
    Refusal.says(() -> table.localSlot(0, 2, 0), "rank 2 does not exist");
    Refusal.says(() -> table.copyReplicaCounts(0, new int[2], 0), "3 elements", "has 2");
    Refusal.says(() -> table.copyReplicaCounts(0, Refusal.nothing(), 0), "is null");
    Refusal.says(() -> table.copyLayer(0, Refusal.nothing(), 0), "is null");
  }

  @Property(tries = 300)
  void derivedViewsAgreeWithTheRow(
      @ForAll @IntRange(min = 1, max = 6) int experts,
      @ForAll @IntRange(min = 1, max = 5) int ranks,
      @ForAll @IntRange(max = 3) int spareSlots,
      @ForAll boolean ordered,
      @ForAll long seed) {
    int slotsPerRank = (experts + ranks - 1) / ranks + spareSlots;
    int slots = ranks * slotsPerRank;
    Random random = new Random(seed);
    int[][] rows = new int[2][];
    int[][] keys = new int[2][slots];
    Placement.Builder builder = Placement.builder(2, ranks, slotsPerRank);
    for (int layer = 0; layer < 2; layer++) {
      rows[layer] = RandomRows.withEveryExpert(experts, slots, random);
      builder.setLayer(layer, rows[layer], 0);
      if (ordered) {
        keys[layer] = random.ints(slots, 0, 3).toArray();
        builder.setReplicaOrder(layer, keys[layer], 0);
      }
    }
    ExpertTable table = ExpertTable.of(1, experts, builder.build());

    for (int layer = 0; layer < 2; layer++) {
      int[] row = rows[layer];
      int[] order = keys[layer];
      for (int expert = 0; expert < experts; expert++) {
        int wanted = expert;
        List<Integer> expected =
            new ArrayList<>(
                IntStream.range(0, slots).filter(slot -> row[slot] == wanted).boxed().toList());
        expected.sort(Comparator.comparingInt(slot -> order[slot]));
        List<Integer> actual = new ArrayList<>();
        for (int replica = 0; replica < table.replicaCount(layer, expert); replica++) {
          actual.add(table.physicalSlot(layer, expert, replica));
        }
        assertEquals(expected, actual);
        for (int rank = 0; rank < ranks; rank++) {
          int[] held = Arrays.copyOfRange(row, rank * slotsPerRank, (rank + 1) * slotsPerRank);
          int first =
              IntStream.range(0, slotsPerRank)
                  .filter(slot -> held[slot] == wanted)
                  .findFirst()
                  .orElse(-1);
          assertEquals(first, table.localSlot(layer, rank, expert));
        }
      }
    }
  }

  @Test
  void leavesSlotsThatHoldNothingOutOfCountsAndLists() {
    ExpertTable table =
        ExpertTable.of(0, 3, Placement.of(1, 2, 3, new int[] {2, 0, Placement.EMPTY, 1, 2, 0}));
    assertTrue(table.hasEmptySlots());
    assertEquals(Placement.EMPTY, table.expertAt(0, 0, 2));
    assertEquals(2, table.replicaCount(0, 0));
    assertEquals(1, table.replicaCount(0, 1));
    assertEquals(3, table.physicalSlot(0, 1, 0));
    assertEquals(5, table.physicalSlot(0, 0, 1));
    assertEquals(0, table.duplicates());
    assertFalse(table().hasEmptySlots());
  }

  @Test
  void knowsOfEmptySlotsInTheLayersThatItTakesOver() {
    ExpertTable full = ExpertTable.initial(2, EpTopology.of(2, 2, 1, 1, 2));
    Placement repaired = Placement.of(2, 2, 2, new int[] {0, 1, -1, -1, 0, 1, -1, -1});
    ExpertTable half = full.withLayers(1, new int[] {1}, repaired);
    assertTrue(half.hasEmptySlots());
    assertEquals(0, half.expertAt(0, 1, 0));
    assertEquals(Placement.EMPTY, half.expertAt(1, 1, 0));
    assertFalse(half.withLayers(2, new int[] {1}, full.placement()).hasEmptySlots());
  }
}
