package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code exact-reference=true} the answer is the recorded one, bit for bit. */
class ExactReferenceTest {
  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  static List<GoldenCase> casesWithoutTies() {
    return cases().stream().filter(golden -> !golden.ties).toList();
  }

  @Test
  void everyKindOfCaseIsPresent() {
    assertEquals(55, cases().size());
    assertTrue(casesWithoutTies().size() >= 40);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void defaultPlacesEverySlotLikeTheReference(GoldenCase golden) {
    assertPlacedLikeTheReference(golden, new DefaultPolicy());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theModeThatDefaultChoosesIsTheRecordedOne(GoldenCase golden) {
    assertPlacedLikeTheReference(
        golden, golden.hierarchical ? new HierarchicalPolicy() : new GlobalPolicy());
  }

  private static void assertPlacedLikeTheReference(GoldenCase golden, EplbPolicy policy) {
    Planned planned = Planned.exactly(policy, golden.topology, golden.flatLoads());
    for (int layer = 0; layer < golden.layers(); layer++) {
      assertArrayEquals(golden.physicalToLogical[layer], planned.row(layer), "layer " + layer);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void replicasAreCountedAndNumberedLikeTheReference(GoldenCase golden) {
    ExpertTable table =
        Planned.exactly(new DefaultPolicy(), golden.topology, golden.flatLoads()).table();
    for (int layer = 0; layer < golden.layers(); layer++) {
      for (int expert = 0; expert < table.experts(); expert++) {
        String where = "layer " + layer + ", expert " + expert;
        int replicas = table.replicaCount(layer, expert);
        assertEquals(golden.logicalCount[layer][expert], replicas, where);
        for (int replica = 0; replica < replicas; replica++) {
          assertEquals(
              golden.logicalToPhysical[layer][expert][replica],
              table.physicalSlot(layer, expert, replica),
              where + ", replica " + replica);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRecordedRowHasTheSamePeakToAverage(GoldenCase golden) {
    Planned planned = Planned.exactly(new DefaultPolicy(), golden.topology, golden.flatLoads());
    for (int layer = 0; layer < golden.layers(); layer++) {
      double recorded =
          LayerBalance.of(
                  golden.physicalToLogical[layer], golden.loads[layer], golden.topology.ranks())
              .peakToAverage();
      assertEquals(recorded, planned.peakToAverage(layer), 0.0);
    }
  }
}
