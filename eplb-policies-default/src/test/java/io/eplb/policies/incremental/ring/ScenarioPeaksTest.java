package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ScenarioPeaksTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(12, 4, 1, 1, 4);

  @Test
  void aRingAbsorbsMoreThanSharedExpertsOnTheSamePairOfRanks() {
    double[] equal = {2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1};
    RingCase layer = new RingCase(TOPOLOGY, equal);
    ScenarioPeaks peaks = new ScenarioPeaks(layer.ranks, layer.forecast);
    int[] ring = {0, 1, 4, 5, 1, 2, 6, 7, 2, 3, 8, 9, 3, 0, 10, 11};
    int[] pairs = {0, 1, 4, 5, 0, 1, 6, 7, 2, 3, 8, 9, 2, 3, 10, 11};

    assertTrue(peaks.mean(ring) < peaks.mean(pairs));
    assertEquals(peaks.mean(ring), new ScenarioPeaks(layer.ranks, layer.forecast).mean(ring));
  }

  @Test
  void expertsWithHardlyAnyLoadDoNotVary() {
    double[] tiny = new double[12];
    Arrays.fill(tiny, 1e-300);
    tiny[0] = 1e6;
    tiny[5] = 0.0;
    RingCase layer = new RingCase(TOPOLOGY, tiny);

    double mean = new ScenarioPeaks(layer.ranks, layer.forecast).mean(layer.initialRow());

    assertEquals(2.0, mean, 1e-9);
  }
}
