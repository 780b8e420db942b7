package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that duplicates on a rank are removed without a higher peak. */
class RepairTest {
  /** The least PAR of small-h-sparse without duplicates, found by exhaustion. */
  private static final double BEST_LEGAL_SMALL_H_SPARSE = 1.292098;

  private static final List<EpTopology> SHAPES =
      List.of(
          EpTopology.of(16, 8, 1, 1, 3),
          EpTopology.of(64, 32, 1, 1, 8),
          EpTopology.of(128, 16, 2, 1, 9),
          EpTopology.of(256, 16, 2, 8, 17),
          EpTopology.of(256, 32, 4, 8, 9),
          EpTopology.of(256, 32, 1, 1, 9),
          EpTopology.of(256, 144, 18, 8, 2),
          EpTopology.of(384, 32, 4, 1, 13),
          EpTopology.of(256, 320, 40, 8, 1));

  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  static Stream<Arguments> families() {
    return SHAPES.stream()
        .flatMap(shape -> Stream.of(RandomLoads.values()).map(loads -> Arguments.of(shape, loads)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noRankHoldsTwoReplicasOfOneExpert(GoldenCase golden) {
    Planned planned = Planned.by(new DefaultPolicy(), golden.topology, golden.flatLoads());
    for (int layer = 0; layer < golden.layers(); layer++) {
      assertEquals(0, planned.duplicates(layer), "layer " + layer);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aLayerWithoutDuplicatesIsTheReferencesBitForBit(GoldenCase golden) {
    Planned planned = Planned.by(new DefaultPolicy(), golden.topology, golden.flatLoads());
    for (int layer = 0; layer < golden.layers(); layer++) {
      int[] reference = golden.physicalToLogical[layer];
      if (Planned.duplicates(reference, golden.topology.slotsPerRank()) == 0) {
        assertArrayEquals(reference, planned.row(layer), "layer " + layer);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theMeanPeakToAverageIsNotAboveTheReferences(GoldenCase golden) {
    double reference =
        Planned.exactly(new DefaultPolicy(), golden.topology, golden.flatLoads())
            .meanPeakToAverage();
    double bound = golden.name.equals("small-h-sparse") ? BEST_LEGAL_SMALL_H_SPARSE : reference;
    double ours =
        Planned.by(new DefaultPolicy(), golden.topology, golden.flatLoads()).meanPeakToAverage();
    assertTrue(ours <= bound, () -> ours + " > " + bound);
  }

  @ParameterizedTest
  @MethodSource("families")
  void randomLayersHaveNoDuplicatesAndNoHigherMeanPeak(EpTopology topology, RandomLoads kind) {
    double[] loads = kind.draw(12, topology.experts(), 22L);
    Planned reference = Planned.exactly(new DefaultPolicy(), topology, loads);
    Planned repaired = Planned.by(new DefaultPolicy(), topology, loads);
    for (int layer = 0; layer < repaired.layers(); layer++) {
      assertEquals(0, repaired.duplicates(layer), "layer " + layer);
      if (reference.duplicates(layer) == 0) {
        assertArrayEquals(reference.row(layer), repaired.row(layer), "layer " + layer);
      }
    }
    assertTrue(
        repaired.meanPeakToAverage() <= reference.meanPeakToAverage() + 1e-12,
        () -> repaired.meanPeakToAverage() + " > " + reference.meanPeakToAverage());
  }

  @Test
  void smallNodesComeCloseToTheBestPlacementWithoutDuplicates() {
    EpTopology topology = EpTopology.of(16, 4, 2, 4, 5);
    for (RandomLoads kind :
        List.of(RandomLoads.HOT, RandomLoads.ZIPF, RandomLoads.LOGNORMAL, RandomLoads.SPARSE)) {
      double[] loads = kind.draw(100, topology.experts(), 5L);
      Planned reference = Planned.exactly(new DefaultPolicy(), topology, loads);
      Planned repaired = Planned.by(new DefaultPolicy(), topology, loads);
      double ours = 0.0;
      double best = 0.0;
      for (int layer = 0; layer < repaired.layers(); layer++) {
        if (reference.duplicates(layer) > 0) {
          ours += repaired.peakToAverage(layer);
          best += TwoRankNodes.bestPeakToAverage(reference.row(layer), repaired.loads(layer));
        }
      }
      assertTrue(ours <= best * 1.002, kind + ": " + ours + " against " + best);
    }
  }

  @Test
  void anExpertWithMoreReplicasThanRanksIsCappedAndTheOthersGetItsSlots() {
    EpTopology topology = EpTopology.of(8, 4, 1, 1, 3);
    double[] loads = {1_000_000, 1, 2, 3, 4, 5, 6, 7};
    Planned planned = Planned.by(new DefaultPolicy(), topology, loads);
    assertEquals(4, planned.table().replicaCount(0, 0));
    assertEquals(0, planned.duplicates(0));
  }

  @Test
  void aRankWithMoreSlotsThanExpertsHoldsAllOfThemAndNoMoreDuplicatesThanItMust() {
    EpTopology topology = EpTopology.of(3, 2, 1, 1, 5);
    Planned planned = Planned.by(new DefaultPolicy(), topology, new double[] {5, 90, 2});
    assertEquals(4, planned.duplicates(0));
    assertEquals(1.0, planned.peakToAverage(0), 1e-12);
  }
}
