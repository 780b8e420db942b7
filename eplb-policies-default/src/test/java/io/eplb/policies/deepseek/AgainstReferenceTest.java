package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares {@code default} with a plain port of the reference, over cases like the recorded ones.
 */
class AgainstReferenceTest {
  private static final int LAYERS = 12;

  /** The shapes of the recorded cases, and unusual ones. */
  private static final List<EpTopology> SHAPES =
      List.of(
          EpTopology.of(16, 8, 1, 1, 3),
          EpTopology.of(16, 4, 2, 4, 5),
          EpTopology.of(128, 16, 2, 1, 9),
          EpTopology.of(384, 32, 4, 1, 13),
          EpTopology.of(256, 32, 4, 8, 9),
          EpTopology.of(256, 16, 2, 8, 17),
          EpTopology.of(256, 8, 1, 8, 36),
          EpTopology.of(256, 144, 18, 8, 2),
          EpTopology.of(256, 320, 40, 8, 1),
          EpTopology.of(64, 32, 1, 1, 8),
          EpTopology.of(13, 5, 1, 1, 3),
          EpTopology.of(24, 6, 3, 12, 4),
          EpTopology.of(8, 1, 1, 4, 11));

  static Stream<Arguments> families() {
    return SHAPES.stream()
        .flatMap(shape -> Stream.of(RandomLoads.values()).map(loads -> Arguments.of(shape, loads)));
  }

  static List<GoldenCase> recorded() {
    return GoldenCase.all();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void thePortAnswersAsRecorded(GoldenCase golden) {
    for (int layer = 0; layer < golden.layers(); layer++) {
      ReferenceDeepSeek placed = port(golden.loads[layer], golden.topology);
      assertArrayEquals(golden.physicalToLogical[layer], placed.experts, "layer " + layer);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void exactReferenceIsThePortBitForBitWithReplicaNumbers(EpTopology topology, RandomLoads kind) {
    double[] loads = kind.draw(LAYERS, topology.experts(), 41L);
    Planned planned = Planned.exactly(new DefaultPolicy(), topology, loads);
    ExpertTable table = planned.table();
    for (int layer = 0; layer < LAYERS; layer++) {
      ReferenceDeepSeek placed = port(planned.loads(layer), topology);
      assertArrayEquals(placed.experts, planned.row(layer), "layer " + layer);
      for (int slot = 0; slot < placed.experts.length; slot++) {
        assertEquals(slot, table.physicalSlot(layer, placed.experts[slot], placed.replicas[slot]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void withoutItALayerInWhichThePortHasNoDuplicateIsThePortsToo(
      EpTopology topology, RandomLoads kind) {
    double[] loads = kind.draw(LAYERS, topology.experts(), 43L);
    Planned planned = Planned.by(new DefaultPolicy(), topology, loads);
    for (int layer = 0; layer < LAYERS; layer++) {
      int[] expected = port(planned.loads(layer), topology).experts;
      boolean idle = Arrays.stream(planned.loads(layer)).allMatch(load -> load == 0.0);
      if (!idle && Planned.duplicates(expected, topology.slotsPerRank()) == 0) {
        assertArrayEquals(expected, planned.row(layer), "layer " + layer);
      }
    }
  }

  private static ReferenceDeepSeek port(double[] loads, EpTopology topology) {
    return ReferenceDeepSeek.place(
        loads,
        topology.physicalExperts(),
        topology.expertGroups(),
        topology.nodes(),
        topology.ranks());
  }
}
