package io.eplb.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RatioOfSumsTest {
  private static ExpertTable table(int layers, int experts, int ranks, int redundant) {
    return ExpertTable.initial(
        layers, EpTopology.withRedundantExperts(experts, ranks, 1, 1, redundant));
  }

  @Test
  void theExampleOfItsDefinitionHolds() {
    RatioOfSums ratio = new RatioOfSums();
    ratio.add(table(2, 2, 2, 0), new double[] {6, 2, 1, 1});
    assertEquals(5.0 / 7.0, ratio.ofRanks(), 1e-15);
    assertEquals(5.0 / 7.0, ratio.ofSlots(), 1e-15);
  }

  @Test
  void replicasShareTheirExpertsLoadEquallyAndSlotsAreJudgedAlone() {
    RatioOfSums ratio = new RatioOfSums();
    // The slots hold the experts 0, 1 and 2, 0; their loads are 4, 1 and 1, 4.
    ratio.add(table(1, 3, 2, 1), new double[] {8, 1, 1});
    assertEquals(1.0, ratio.ofRanks(), 1e-15);
    assertEquals(2.5 / 4.0, ratio.ofSlots(), 1e-15);
  }

  @Test
  void windowsCountAlikeHoweverMuchLoadTheyHaveAndAnIdleOneAsZero() {
    ExpertTable table = table(1, 2, 2, 0);
    RatioOfSums ratio = new RatioOfSums();
    ratio.add(table, new double[] {1, 1});
    ratio.add(table, new double[] {3000, 1000});
    assertEquals((1.0 + 2.0 / 3.0) / 2, ratio.ofRanks(), 1e-15);
    ratio.add(table, new double[] {0, 0});
    assertEquals((1.0 + 2.0 / 3.0) / 3, ratio.ofRanks(), 1e-15);
  }

  @Property(tries = 100)
  void itIsTheRatioThatLoopsOverExpertsAndReplicasFind(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int layers) {
    Random random = new Random(seed);
    ExpertTable table = table(layers, 8, 4, 4);
    RatioOfSums ratio = new RatioOfSums();
    double ofRanks = 0.0;
    double ofSlots = 0.0;
    for (int window = 1; window <= 3; window++) {
      double[] loads = random.doubles(layers * 8L).map(load -> Math.floor(load * 1000)).toArray();
      ratio.add(table, loads);
      double[] sums = new double[4];
      for (int layer = 0; layer < layers; layer++) {
        double[] slots = new double[12];
        double[] ranks = new double[4];
        for (int expert = 0; expert < 8; expert++) {
          int replicas = table.replicaCount(layer, expert);
          for (int replica = 0; replica < replicas; replica++) {
            int slot = table.physicalSlot(layer, expert, replica);
            slots[slot] += loads[layer * 8 + expert] / replicas;
            ranks[slot / 3] += loads[layer * 8 + expert] / replicas;
          }
        }
        sums[0] += IntStream.range(0, 4).mapToDouble(rank -> ranks[rank]).average().orElseThrow();
        sums[1] += IntStream.range(0, 4).mapToDouble(rank -> ranks[rank]).max().orElseThrow();
        sums[2] += IntStream.range(0, 12).mapToDouble(slot -> slots[slot]).average().orElseThrow();
        sums[3] += IntStream.range(0, 12).mapToDouble(slot -> slots[slot]).max().orElseThrow();
      }
      ofRanks += sums[0] / sums[1];
      ofSlots += sums[2] / sums[3];
      assertEquals(ofRanks / window, ratio.ofRanks(), 1e-12);
      assertEquals(ofSlots / window, ratio.ofSlots(), 1e-12);
      assertTrue(ratio.ofSlots() <= ratio.ofRanks() && ratio.ofRanks() <= 1.0 + 1e-12);
    }
  }
}
