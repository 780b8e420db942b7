package io.eplb.core.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MergePropertiesTest {
  @Property(tries = 300)
  void anUpdateIsMergedLikeAFullRebuildOrRefusedLikeOne(
      @ForAll @IntRange(min = 1, max = 5) int experts,
      @ForAll @IntRange(min = 1, max = 4) int ranks,
      @ForAll @IntRange(max = 2) int spareSlots,
      @ForAll boolean ordered,
      @ForAll long seed) {
    Random random = new Random(seed);
    int layers = 1 + random.nextInt(4);
    int slots = (experts + ranks - 1) / ranks + spareSlots;
    EplbContext context =
        new EplbContext(
            ExpertTable.of(
                0, experts, TestRows.placement(layers, experts, ranks, slots, ordered, random)));
    List<TableChange> told = new ArrayList<>();
    context.addListener(told::add);
    for (int update = 0; update < 6; update++) {
      ExpertTable before = context.current();
      int[] named = random.ints(0, layers).distinct().limit(1 + random.nextInt(layers)).toArray();
      Placement expected;
      if (random.nextBoolean()) {
        Placement rows =
            TestRows.placement(layers, experts, ranks, slots, random.nextBoolean(), random);
        expected = rebuilt(before, named, rows);
        assertTrue(context.replaceLayers(before.version(), named, rows).isPresent());
      } else {
        int rank = random.nextInt(ranks);
        int[] rows = random.ints((long) named.length * slots, 0, experts).toArray();
        expected = rebuilt(before, rank, named, rows);
        if (!valid(experts, expected)) {
          assertThrows(
              InvalidInputException.class,
              () -> context.replaceRank(before.version(), rank, named, rows));
          assertSame(before, context.current());
          continue;
        }
        assertTrue(context.replaceRank(before.version(), rank, named, rows).isPresent());
      }
      requireMerged(before, expected, context.current(), told);
    }
  }

  private static void requireMerged(
      ExpertTable before, Placement expected, ExpertTable after, List<TableChange> told) {
    List<Integer> differing = new ArrayList<>();
    for (int layer = 0; layer < before.layers(); layer++) {
      if (!before.sameLayer(layer, expected)) {
        differing.add(layer);
      }
    }
    if (differing.isEmpty()) {
      assertSame(before, after);
      return;
    }
    assertEquals(new TableChange(before, after, differing), told.get(told.size() - 1));
    ExpertTable fresh = ExpertTable.of(before.version() + 1, before.experts(), expected);
    assertEquals(fresh.version(), after.version());
    for (int layer = 0; layer < fresh.layers(); layer++) {
      assertTrue(fresh.sameLayer(layer, after.placement()), "the row of layer " + layer);
      for (int expert = 0; expert < fresh.experts(); expert++) {
        assertEquals(fresh.replicaCount(layer, expert), after.replicaCount(layer, expert));
        for (int replica = 0; replica < fresh.replicaCount(layer, expert); replica++) {
          assertEquals(
              fresh.physicalSlot(layer, expert, replica),
              after.physicalSlot(layer, expert, replica));
        }
      }
    }
  }

  /** Takes over the named layers that differ, cell by cell. */
  private static Placement rebuilt(ExpertTable before, int[] named, Placement rows) {
    Placement.Builder builder = Placement.builder(before);
    int[] row = new int[before.physicalExperts()];
    for (int layer : named) {
      if (!before.sameLayer(layer, rows)) {
        rows.copyLayer(layer, row, 0);
        builder.setLayer(layer, row, 0);
        rows.copyReplicaOrder(layer, row, 0);
        builder.setReplicaOrder(layer, row, 0);
      }
    }
    return builder.build();
  }

  private static Placement rebuilt(ExpertTable before, int rank, int[] named, int[] rows) {
    Placement.Builder builder = Placement.builder(before);
    int slots = before.slotsPerRank();
    for (int index = 0; index < named.length; index++) {
      for (int slot = 0; slot < slots; slot++) {
        builder.set(named[index], rank, slot, rows[index * slots + slot]);
      }
    }
    return builder.build();
  }

  private static boolean valid(int experts, Placement placement) {
    try {
      ExpertTable.of(0, experts, placement);
      return true;
    } catch (InvalidInputException missingExpert) {
      return false;
    }
  }
}
