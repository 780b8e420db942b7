package io.eplb.core.elastic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.LayerBalance;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LayerRowTest {
  @Test
  void theHottestExpertComesFirstAndOfEqualsTheLowestId() {
    LayerRow row = new LayerRow(5, 1, 5, new double[] {1.0});
    row.start(new int[] {0, 1, 2, 3, 4}, 0, new double[] {1, 7, 3, 7, 0}, 0);
    int[] order = {4, 3, 2, 1, 0};
    row.sortHottestFirst(order, 5);
    assertArrayEquals(new int[] {1, 3, 2, 0, 4}, order);
  }

  @Test
  void aLayerWithoutLoadCountsEveryExpertAlike() {
    LayerRow row = new LayerRow(2, 2, 2, new double[] {1.0, 0.5});
    row.start(new int[] {0, 1, 1, -1}, 0, new double[2], 0);
    assertEquals(1.5, row.heat(0));
    assertEquals(1.0, row.heat(1));
    row.start(new int[] {0, 1, 1, -1}, 0, new double[0], 0);
    assertEquals(1.5, row.peak());
  }

  @Property(tries = 300)
  void writesFollowTheRowAndUndoneWritesLeaveNoTrace(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer layer = TestLayer.random(random);
    LayerRow row = layer.state(layer.row(), layer.speeds(random));
    String before = figures(row);
    int[] slots = random.ints(10, 0, layer.row().length).toArray();
    int[] former = new int[slots.length];
    for (int at = 0; at < slots.length; at++) {
      former[at] = row.write(slots[at], random.nextInt(layer.experts() + 1) - 1);
    }
    LayerRow fresh = new LayerRow(layer.experts(), layer.ranks(), layer.slots(), speeds(row));
    fresh.start(TestLayer.rowOf(row), 0, layer.loads(), 0);
    assertEquals(figures(fresh), figures(row));
    for (int at = slots.length - 1; at >= 0; at--) {
      row.write(slots[at], former[at]);
    }
    assertEquals(before, figures(row));
  }

  @Property(tries = 200)
  void thePeakIsThatOfEveryReport(@ForAll long seed) {
    Random random = new Random(seed);
    TestLayer layer = TestLayer.random(random);
    double[] speeds = new double[layer.ranks()];
    Arrays.fill(speeds, 1.0);
    LayerRow row = layer.state(layer.row(), speeds);
    LayerBalance balance = LayerBalance.of(layer.row(), layer.loads(), layer.ranks());
    if (!balance.idle()) {
      double mean = (double) layer.experts() / layer.ranks();
      assertEquals(balance.peakToAverage(), row.peak() / mean, 1e-9);
    }
  }

  private static double[] speeds(LayerRow row) {
    double[] speeds = new double[row.ranks()];
    Arrays.setAll(speeds, row::speed);
    return speeds;
  }

  private static String figures(LayerRow row) {
    StringBuilder text = new StringBuilder(Arrays.toString(TestLayer.rowOf(row)));
    for (int rank = 0; rank < row.ranks(); rank++) {
      text.append(' ').append(row.heat(rank));
    }
    for (int expert = 0; expert < row.experts(); expert++) {
      text.append('\n').append(row.count(expert)).append(' ').append(row.shareOf(expert));
      for (int at = row.firstHolder(expert); at != LayerRow.NONE; at = row.nextHolder(at)) {
        text.append(' ').append(at);
      }
    }
    return text.toString();
  }
}
