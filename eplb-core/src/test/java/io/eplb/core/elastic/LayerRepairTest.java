package io.eplb.core.elastic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LayerRepairTest {
  @Test
  void aLostExpertTakesTheSlotThatKeepsThePeakLowest() {
    // Rank 1 dies with expert 2. Expert 1 can spare a slot on rank 0, with 8, or on rank 2, with 3.
    int[] repaired =
        repaired(
            flat(4, 3, 2),
            new int[] {0, 1, 2, 0, 3, 1},
            new int[] {2, 0, 2},
            new double[] {8, 1, 4, 3});
    assertArrayEquals(new int[] {0, 1, -1, -1, 3, 2}, repaired);
  }

  @Test
  void aRankThatCameBackGetsCopiesOfTheHottestExperts() {
    int[] repaired =
        repaired(
            flat(4, 3, 2),
            new int[] {0, 1, -1, -1, 2, 3},
            new int[] {2, 2, 2},
            new double[] {8, 1, 4, 3});
    assertArrayEquals(new int[] {0, 1, 0, 3, 2, 3}, repaired);
  }

  @Test
  void lostExpertsTakeTheSlotsOfARankThatCameBack() {
    int[] repaired =
        repaired(
            flat(4, 3, 2),
            new int[] {0, 1, 2, 3, -1, -1},
            new int[] {2, 0, 2},
            new double[] {8, 1, 4, 3});
    assertArrayEquals(new int[] {0, 1, -1, -1, 2, 3}, repaired);
  }

  @Test
  void aLostExpertStaysOnTheNodeOfItsGroupThoughAnotherNodeIsCooler() {
    // Groups {0, 1, 2} and {3, 4, 5} on nodes of three ranks.
    EpTopology topology = EpTopology.of(6, 6, 2, 2, 2);
    double[] loads = {50, 50, 50, 1, 1, 1};
    assertArrayEquals(
        new int[] {2, 1, -1, -1, 0, 1, 3, 4, 5, 3, 4, 5},
        repaired(
            topology,
            new int[] {0, 1, 2, 1, 0, 1, 3, 4, 5, 3, 4, 5},
            new int[] {2, 0, 2, 2, 2, 2},
            loads));
  }

  @Test
  void ofTwoLostExpertsTheHotterTakesTheLastSlotOnTheirNode() {
    EpTopology topology = EpTopology.of(6, 6, 2, 2, 2);
    double[] loads = {50, 50, 60, 1, 1, 1};
    assertArrayEquals(
        new int[] {2, -1, -1, -1, 0, 1, 3, 4, 5, 3, 4, 5},
        repaired(
            topology,
            new int[] {0, 2, 2, 1, 0, 1, 3, 4, 5, 3, 4, 5},
            new int[] {1, 0, 2, 2, 2, 2},
            loads));
    assertArrayEquals(
        new int[] {2, -1, -1, -1, 0, -1, 1, 4, 5, 3, 4, 5},
        repaired(
            topology,
            new int[] {0, 2, 2, 1, 0, 1, 3, 4, 5, 3, 4, 5},
            new int[] {1, 0, 1, 2, 2, 2},
            loads));
  }

  @Property(tries = 1000)
  void everyExpertIsPlacedWithTheFewestReloads(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer layer = TestLayer.random(random);
    int[] row = withEmptySlots(layer, random);
    int[] usable = usable(layer, random);
    Assume.that(Arrays.stream(usable).sum() >= layer.experts());
    int[] emptied = emptied(row, usable, layer.slots());
    LayerRow state = layer.state(emptied, layer.speeds(random));
    new LayerRepair(state, usable, homes(layer)).run();
    int[] repaired = TestLayer.rowOf(state);
    requireValid(layer, usable, emptied, repaired);
    assertEquals(fewestReloads(layer, usable, emptied), reloads(emptied, repaired));
  }

  @Property(tries = 300)
  void everySurvivorComputesTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer layer = TestLayer.random(random);
    int[] usable = usable(layer, random);
    Assume.that(Arrays.stream(usable).sum() >= layer.experts());
    int[] emptied = emptied(layer.row(), usable, layer.slots());
    double[] speeds = layer.speeds(random);
    LayerRow used = layer.state(layer.row(), speeds);
    LayerRepair repair = new LayerRepair(used, usable, homes(layer));
    used.start(emptied, 0, layer.loads(), 0);
    repair.run();
    used.start(emptied, 0, layer.loads(), 0);
    repair.run();
    LayerRow fresh = layer.state(emptied, speeds);
    new LayerRepair(fresh, usable, homes(layer)).run();
    assertArrayEquals(TestLayer.rowOf(fresh), TestLayer.rowOf(used));
  }

  @Property(tries = 300)
  void noLostExpertCouldLowerThePeakFromAnotherSlot(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer layer = TestLayer.random(random);
    int[] usable = usable(layer, random);
    Assume.that(Arrays.stream(usable).sum() >= layer.experts());
    int[] emptied = emptied(layer.row(), usable, layer.slots());
    LayerRow state = layer.state(emptied, layer.speeds(random));
    new LayerRepair(state, usable, homes(layer)).run();
    double peak = state.peak();
    for (int slot = 0; slot < emptied.length; slot++) {
      int lost = state.at(slot);
      if (lost == emptied[slot]) {
        continue;
      }
      state.write(slot, emptied[slot]);
      for (int other = 0; other < emptied.length; other++) {
        int holder = state.at(other);
        if (holder >= 0 && state.count(holder) > 1) {
          state.write(other, lost);
          assertTrue(state.peak() >= peak, "expert " + lost + " in slot " + other);
          state.write(other, holder);
        }
      }
      state.write(slot, lost);
    }
  }

  @Property(tries = 300)
  void groupsStayOnTheirNodeWhileThatHasSlotsForThem(@ForAll long seed) {
    Random random = new Random(seed);
    int slots = 2 + random.nextInt(2);
    int[] row =
        IntStream.range(0, 3)
            .flatMap(
                node ->
                    Arrays.stream(TestLayer.random(4, 3, slots, random).row())
                        .map(expert -> expert + 4 * node))
            .toArray();
    EpTopology topology = EpTopology.of(12, 9, 3, 3, slots);
    int[] usable = new int[9];
    Arrays.fill(usable, slots);
    usable[random.nextInt(9)] = 0;
    int[] repaired = repaired(topology, row, usable, random.doubles(12, 0, 9).toArray());
    for (int slot = 0; slot < row.length; slot++) {
      assertTrue(
          repaired[slot] < 0 || repaired[slot] / 4 == slot / (3 * slots),
          Arrays.toString(repaired));
    }
  }

  private static void requireValid(TestLayer layer, int[] usable, int[] before, int[] after) {
    int[] counts = new int[layer.experts()];
    for (int slot = 0; slot < after.length; slot++) {
      boolean usableSlot = slot % layer.slots() < usable[slot / layer.slots()];
      assertEquals(usableSlot, after[slot] >= 0, "slot " + slot);
      if (usableSlot) {
        counts[after[slot]]++;
      }
    }
    assertTrue(Arrays.stream(counts).allMatch(count -> count > 0), Arrays.toString(after));
    for (int rank = 0; rank < layer.ranks(); rank++) {
      int[] held =
          Arrays.stream(after, rank * layer.slots(), (rank + 1) * layer.slots())
              .filter(expert -> expert >= 0)
              .sorted()
              .toArray();
      assertEquals(held.length, Arrays.stream(held).distinct().count(), Arrays.toString(before));
    }
  }

  /**
   * Returns a lower bound of the slots written. Each empty slot is written. Beyond that, a valid
   * row gives every expert a slot of its own, and it costs nothing only if the slot is empty or
   * holds the expert already: at most as many as can be matched that way.
   */
  private static int fewestReloads(TestLayer layer, int[] usable, int[] emptied) {
    int free = 0;
    for (int slot = 0; slot < emptied.length; slot++) {
      free += emptied[slot] < 0 && slot % layer.slots() < usable[slot / layer.slots()] ? 1 : 0;
    }
    int matched =
        TestLayer.matching(
            layer.experts(),
            emptied.length,
            (expert, slot) ->
                slot % layer.slots() < usable[slot / layer.slots()]
                    && (emptied[slot] < 0 || emptied[slot] == expert));
    return free + layer.experts() - matched;
  }

  private static int reloads(int[] before, int[] after) {
    return (int) IntStream.range(0, after.length).filter(at -> after[at] != before[at]).count();
  }

  /** Returns the row without some slots at the ends of ranks, each expert placed. */
  private static int[] withEmptySlots(TestLayer layer, Random random) {
    int[] row = layer.row().clone();
    int rank = random.nextInt(layer.ranks());
    for (int slot = layer.slots() - 1; slot >= 0 && random.nextInt(3) > 0; slot--) {
      int at = rank * layer.slots() + slot;
      int expert = row[at];
      row[at] = -1;
      if (Arrays.stream(row).noneMatch(other -> other == expert)) {
        row[at] = expert;
        break;
      }
    }
    return row;
  }

  private static int[] usable(TestLayer layer, Random random) {
    int[] usable = new int[layer.ranks()];
    Arrays.fill(usable, layer.slots());
    for (int failed = random.nextInt(3); failed > 0; failed--) {
      usable[random.nextInt(usable.length)] =
          random.nextBoolean() ? 0 : random.nextInt(layer.slots() + 1);
    }
    return usable;
  }

  private static int[] emptied(int[] row, int[] usable, int slots) {
    int[] emptied = row.clone();
    for (int slot = 0; slot < row.length; slot++) {
      if (slot % slots >= usable[slot / slots]) {
        emptied[slot] = -1;
      }
    }
    return emptied;
  }

  private static int[] repaired(EpTopology topology, int[] row, int[] usable, double[] loads) {
    double[] speeds = new double[topology.ranks()];
    Arrays.fill(speeds, 1.0);
    GroupHomes homes = new GroupHomes(topology);
    homes.find(row);
    LayerRow state =
        new LayerRow(topology.experts(), topology.ranks(), topology.slotsPerRank(), speeds);
    state.start(emptied(row, usable, topology.slotsPerRank()), 0, loads, 0);
    new LayerRepair(state, usable, homes).run();
    int[] repaired = TestLayer.rowOf(state);
    assertFalse(Arrays.equals(row, repaired));
    return repaired;
  }

  private static EpTopology flat(int experts, int ranks, int slots) {
    return EpTopology.of(experts, ranks, 1, 1, slots);
  }

  private static GroupHomes homes(TestLayer layer) {
    return new GroupHomes(flat(layer.experts(), layer.ranks(), layer.slots()));
  }
}
