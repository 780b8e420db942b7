package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingPeakTest {
  private static final int SLOTS = 4;

  private final Random random = new Random(11);

  @Test
  void thePeakOfARingIsThatOfTheBestDivision() {
    for (int ranks = 1; ranks <= 12; ranks++) {
      for (int round = 0; round < 200; round++) {
        int[] row = ring(ranks);
        int experts = Arrays.stream(row).max().getAsInt() + 1;
        EpTopology topology = EpTopology.of(experts, ranks, 1, 1, SLOTS);
        EpRanks inTable = speeds(topology);
        double[] loads = new double[experts];
        for (int expert = 0; expert < experts; expert++) {
          loads[expert] = random.nextInt(5) == 0 ? 0.0 : Math.exp(2 * random.nextGaussian());
        }
        double mean = Arrays.stream(loads).sum() / ranks;

        double peak = new RingPeak(new LivingRanks(topology, inTable)).of(row, loads);

        double par =
            LayerDispatch.of(Dispatch.LP, topology).solve(row, loads, inTable).peakToAverage();
        assertEquals(par, peak / mean, 1e-9 * par, () -> Arrays.toString(row));
      }
    }
  }

  @Test
  void aRunGoesOnBehindTheLastRank() {
    RingPeak peak = peak(3);

    // Expert 0 is on the ranks 2 and 0: 6 and 2 + 0 are at most 4 each.
    assertEquals(4.0, peak.of(new int[] {0, 1, 2, 3, 0, 4}, new double[] {6, 0, 2, 2, 2}), 1e-12);
  }

  @Test
  void replicasApartFromEachOtherAreNoRing() {
    RingPeak peak = peak(4);
    double[] loads = {1, 1, 1, 1, 1, 1, 1};

    assertEquals(RingPeak.NO_RING, peak.of(new int[] {0, 1, 2, 3, 0, 4, 5, 6}, loads));
    assertEquals(RingPeak.NO_RING, peak.of(new int[] {1, 2, 0, 3, 4, 5, 0, 6}, loads));
  }

  @Test
  void anExpertThatIsOnARankTwiceCountsThereOnce() {
    assertEquals(4.0, peak(2).of(new int[] {0, 1, 0, 0}, new double[] {6, 2, 0}), 1e-12);
  }

  @Test
  void aLayerDoesNotChangeTheAnswerForTheNext() {
    RingPeak used = peak(3);
    int[] row = {0, 1, 2, 3, 0, 4};
    double[] loads = {6, 1, 2, 3, 2};
    double first = used.of(row, loads);
    used.of(new int[] {0, 1, 0, 2, 3, 4}, new double[] {9, 9, 9, 9, 9});

    assertEquals(first, used.of(row, loads));
  }

  private static RingPeak peak(int ranks) {
    EpTopology topology = EpTopology.withRedundantExperts(2 * ranks - 1, ranks, 1, 1, 1);
    return new RingPeak(new LivingRanks(topology, EpRanks.nominal(topology)));
  }

  /** Returns a row in which every expert has a run of up to all ranks. */
  private int[] ring(int ranks) {
    int[] row = new int[ranks * SLOTS];
    int[] size = new int[ranks];
    int expert = 0;
    for (int rank = 0; rank < ranks; rank++) {
      while (size[rank] < SLOTS) {
        int run = random.nextBoolean() ? 1 : 1 + random.nextInt(ranks);
        for (int hop = 0; hop < run && size[(rank + hop) % ranks] < SLOTS; hop++) {
          int at = (rank + hop) % ranks;
          row[at * SLOTS + size[at]++] = expert;
        }
        expert++;
      }
    }
    return row;
  }

  private EpRanks speeds(EpTopology topology) {
    EpRanks.Builder ranks = EpRanks.builder(topology);
    for (int rank = 0; rank < topology.ranks(); rank++) {
      ranks.speed(rank, random.nextBoolean() ? 1.0 : 0.5 + random.nextDouble());
    }
    return ranks.build();
  }
}
