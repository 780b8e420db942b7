package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Placement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTest {
  static Stream<GoldenCase> ascendDefault() {
    return GoldenCase.all("ascend-default");
  }

  static Stream<GoldenCase> swift() {
    return GoldenCase.all("ascend-swift");
  }

  @ParameterizedTest
  @MethodSource("ascendDefault")
  void ascendDefaultAnswersExactlyAsRecorded(GoldenCase golden) {
    Answer answer =
        Answer.of(new AscendDefaultPolicy(), golden.topology(), golden.table(), golden.workload());
    assertEquals(golden.json().get("changed").intValue() == 1, answer.rebalance().changed());
    assertArrayEquals(ints(golden.numbers("layerPriority")), answer.rebalance().layerPriority());
    int[] rows = ints(golden.numbers("newPlacement"));
    Placement placement = answer.rebalance().newPlacement();
    int length = placement.physicalExperts();
    for (int layer = 0; layer < placement.layers(); layer++) {
      assertArrayEquals(
          Arrays.copyOfRange(rows, layer * length, (layer + 1) * length),
          answer.row(layer),
          "layer " + layer);
      assertEquals(golden.numbers("imbalanceAfter")[layer], answer.parAfter(layer), 1e-6);
    }
    assertEquals(List.of(), answer.breaches());
  }

  @ParameterizedTest
  @MethodSource("swift")
  void swiftBalancesNoWorseForNoMoreTransfersThanRecorded(GoldenCase golden) {
    Answer answer =
        Answer.of(new SwiftPolicy(), golden.topology(), golden.table(), golden.workload());
    int layers = golden.table().layers();
    double par = 0.0;
    int moved = 0;
    for (int layer = 0; layer < layers; layer++) {
      par += answer.parAfter(layer) / layers;
      moved += answer.moved(layer);
      assertTrue(answer.parAfter(layer) <= answer.parBefore(layer), "layer " + layer);
      assertTrue(
          Links.suffice(
              answer.currentRow(layer),
              answer.row(layer),
              golden.topology().slotsPerRank(),
              golden.topology().ranks()),
          "layer " + layer);
    }
    double recordedPar = Arrays.stream(golden.numbers("imbalanceAfter")).average().orElseThrow();
    double recordedMoved = Arrays.stream(golden.numbers("expertsMoved")).sum();
    assertTrue(par <= recordedPar, par + " > " + recordedPar);
    assertTrue(moved <= recordedMoved, moved + " > " + recordedMoved);
    assertTrue(answer.rebalance().changed());
    assertEquals(List.of(), answer.breaches());
  }

  private static int[] ints(double[] numbers) {
    return Arrays.stream(numbers).mapToInt(number -> (int) number).toArray();
  }
}
