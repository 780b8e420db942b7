package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import org.junit.jupiter.api.Test;

class DistinctPackingTest {
  /** 6 takes rank 1 as long as 2 would take rank 0; 5 on top of it as long as 3.7. */
  @Test
  void aFastRankGetsTheHeaviestExpertsWhileItIsTheCoolest() {
    EpTopology topology = EpTopology.of(4, 2, 1, 1, 2);
    EpRanks ranks = EpRanks.builder(topology).speed(1, 3.0).build();
    NodeAssignment node = new NodeAssignment(4, RankCapacity.of(ranks));
    node.start(new int[] {0, 1, 2, 3}, 0, 4, new double[] {6, 5, 4, 1});
    DistinctPacking packing = new DistinctPacking(node);
    packing.choose();
    packing.pack();
    assertArrayEquals(new int[] {2, 3, 0, 1}, node.expertAt);
    assertArrayEquals(new double[] {5, 11}, node.rankLoads);
  }
}
