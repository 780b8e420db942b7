package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.policies.ascend.SwiftAgainstReferenceTest.Kind;
import io.eplb.policies.ascend.SwiftAgainstReferenceTest.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares {@code ascend-default} with a plain port of the reference, over cases like the recorded
 * ones.
 */
class AscendDefaultAgainstReferenceTest {
  private static final int CASES = 5;

  static List<GoldenCase> recorded() {
    return GoldenCase.all("ascend-default").toList();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void thePortAnswersAsRecorded(GoldenCase golden) {
    int[] row = new int[golden.topology().physicalExperts()];
    double[] load = new double[golden.topology().experts()];
    int[] recorded =
        Arrays.stream(golden.numbers("newPlacement")).mapToInt(id -> (int) id).toArray();
    for (int layer = 0; layer < golden.table().layers(); layer++) {
      golden.table().copyLayer(layer, row, 0);
      golden.workload().expertLoads(golden.table(), layer, load, 0);
      assertArrayEquals(
          Arrays.copyOfRange(recorded, layer * row.length, (layer + 1) * row.length),
          ReferenceAscendDefault.plan(row, load, golden.topology().ranks()),
          "layer " + layer);
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void everyLayerIsThePortsBitForBitUnlessThatOneIsNoBetter(Shape shape) {
    int compared = 0;
    int experts = shape.topology().experts();
    int ranks = shape.topology().ranks();
    for (Kind kind : Kind.values()) {
      for (int seed = 0; seed < CASES; seed++) {
        Random random = new Random(seed);
        ExpertTable table = ExpertTable.initial(shape.layers, shape.topology());
        double[] loads = new double[shape.layers * experts];
        for (int layer = 0; layer < shape.layers; layer++) {
          System.arraycopy(kind.draw(experts, random), 0, loads, layer * experts, experts);
        }
        Answer answer =
            Answer.of(
                new AscendDefaultPolicy(),
                shape.topology(),
                table,
                ExpertWorkload.ofExpertLoads(table, loads));
        double[] before = new double[shape.layers];
        double[] after = new double[shape.layers];
        for (int layer = 0; layer < shape.layers; layer++) {
          double[] load = Arrays.copyOfRange(loads, layer * experts, (layer + 1) * experts);
          double mean = Arrays.stream(load).sum() / ranks;
          int[] row = answer.currentRow(layer);
          int[] ported = ReferenceAscendDefault.plan(row, load, ranks);
          if (ported.length == 0) {
            ported = answer.row(layer);
          } else {
            compared++;
          }
          before[layer] = LayerBalance.of(row, load, ranks).peakToAverage() * mean;
          after[layer] = LayerBalance.of(ported, load, ranks).peakToAverage() * mean;
          boolean better = after[layer] < before[layer];
          after[layer] = better ? after[layer] : before[layer];
          assertArrayEquals(
              better ? ported : row, answer.row(layer), kind + ", seed " + seed + ", " + layer);
        }
        assertEquals(
            Arrays.stream(after).sum() < 0.95 * Arrays.stream(before).sum(),
            answer.rebalance().changed());
        assertArrayEquals(
            IntStream.range(0, shape.layers)
                .boxed()
                .sorted(Comparator.comparing(layer -> after[layer] / before[layer]))
                .mapToInt(Integer::intValue)
                .toArray(),
            answer.rebalance().layerPriority());
      }
    }
    int layers = Kind.values().length * CASES * shape.layers;
    assertTrue(2 * compared > layers, compared + " of " + layers + " layers");
  }
}
