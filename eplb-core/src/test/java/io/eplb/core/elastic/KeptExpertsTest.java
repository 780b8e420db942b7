package io.eplb.core.elastic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeptExpertsTest {
  @Test
  void anExpertMovesToItsOtherHolderSoThatAnotherOneIsKept() {
    // With one slot each, rank 0 must keep 2, so 0 and 1 share ranks 1 and 2.
    TestLayer layer = new TestLayer(3, 3, 2, new int[] {0, 2, 0, 1, 1, 0}, new double[] {9, 5, 1});
    assertArrayEquals(new int[] {2, -1, 1, -1, 0, -1}, kept(layer, layer.row(), 1));
  }

  @Test
  void theCoolestExpertsAreDroppedIfSomeMustBe() {
    TestLayer layer = new TestLayer(4, 2, 2, new int[] {0, 1, 2, 3}, new double[] {1, 5, 7, 2});
    assertArrayEquals(new int[] {1, -1, 2, -1}, kept(layer, layer.row(), 1));
  }

  @Property(tries = 1000)
  void asFewExpertsAsPossibleAreDropped(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer layer = TestLayer.random(random);
    int slots = 1 + random.nextInt(layer.slots());
    int[] row = layer.row().clone();
    if (random.nextBoolean()) {
      int rank = random.nextInt(layer.ranks());
      Arrays.fill(row, rank * layer.slots(), (rank + 1) * layer.slots(), -1);
    }
    int[] kept = kept(layer, row, slots);
    for (int slot = 0; slot < kept.length; slot++) {
      int rank = slot / layer.slots();
      assertTrue(kept[slot] < 0 || TestLayer.holds(row, layer.slots(), rank, kept[slot]));
      assertTrue(kept[slot] < 0 || slot % layer.slots() < slots);
      assertTrue(
          kept[slot] == row[slot]
              || slot % layer.slots() >= slots
              || !TestLayer.holds(kept, layer.slots(), rank, row[slot])
              || row[slot] < 0,
          "an expert left a slot that stays");
    }
    for (int rank = 0; rank < layer.ranks(); rank++) {
      int[] held =
          Arrays.stream(kept, rank * layer.slots(), (rank + 1) * layer.slots())
              .filter(expert -> expert >= 0)
              .toArray();
      long before =
          Arrays.stream(row, rank * layer.slots(), (rank + 1) * layer.slots())
              .filter(expert -> expert >= 0)
              .distinct()
              .count();
      assertEquals(Math.min(slots, before), held.length);
      assertEquals(held.length, Arrays.stream(held).distinct().count());
    }
    int most =
        TestLayer.matching(
            layer.experts(),
            layer.ranks() * slots,
            (expert, slot) -> TestLayer.holds(row, layer.slots(), slot / slots, expert));
    assertEquals(
        most,
        IntStream.range(0, layer.experts())
            .filter(expert -> Arrays.stream(kept).anyMatch(other -> other == expert))
            .count());
  }

  private static int[] kept(TestLayer layer, int[] row, int slots) {
    double[] speeds = new double[layer.ranks()];
    Arrays.fill(speeds, 1.0);
    int[] kept = new int[row.length];
    KeptExperts.choose(
        layer.state(row, speeds),
        slots,
        kept,
        new KeptExperts.Scratch(layer.experts(), layer.ranks(), layer.slots()));
    return kept;
  }
}
