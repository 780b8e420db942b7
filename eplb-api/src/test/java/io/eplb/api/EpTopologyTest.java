package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EpTopologyTest {
  @Test
  void derivesEverySizeFromTheFive() {
    EpTopology topology = EpTopology.of(256, 32, 4, 8, 9);

    assertEquals(288, topology.physicalExperts());
    assertEquals(32, topology.redundantExperts());
    assertEquals(8, topology.ranksPerNode());
    assertEquals(32, topology.expertsPerGroup());
    assertEquals(0, topology.nodeOf(7));
    assertEquals(3, topology.nodeOf(31));
    assertTrue(topology.hierarchical());
    assertEquals(64, topology.expertsAvailablePerRank());
  }

  @Test
  void isNotHierarchicalWhereNodesDoNotDivideGroups() {
    EpTopology topology = EpTopology.of(6, 4, 4, 2, 3);

    assertFalse(topology.hierarchical());
    assertEquals(6, topology.expertsAvailablePerRank());
  }

  @Test
  void refusesSizesOutOfRange() {
    Refusal.says(() -> EpTopology.of(0, 1, 1, 1, 1), "experts is 0", "between 1 and 65536");
    Refusal.says(() -> EpTopology.of(65_537, 1, 1, 1, 1), "experts is 65537");
    Refusal.says(() -> EpTopology.of(1, 0, 1, 1, 1), "ranks is 0");
    Refusal.says(() -> EpTopology.of(4, 2, 3, 1, 2), "nodes is 3", "between 1 and 2");
    Refusal.says(() -> EpTopology.of(4, 2, 0, 1, 2), "nodes is 0");
    Refusal.says(() -> EpTopology.of(4, 2, 1, 5, 2), "groups is 5", "between 1 and 4");
    Refusal.says(() -> EpTopology.of(4, 2, 1, 1, 0), "slots per rank is 0");
    Refusal.says(() -> EpTopology.of(4, 2, 1, 1, Integer.MAX_VALUE), "slots per rank");
  }

  @Test
  void saysWhichPromiseOfDivisibilityIsBroken() {
    Refusal.says(() -> EpTopology.of(4, 4, 3, 1, 1), "I4", "3 nodes do not divide 4 ranks");
    Refusal.says(() -> EpTopology.of(4, 4, 1, 3, 1), "I4", "3 groups do not divide 4 experts");
  }

  @Test
  void refusesFewerSlotsThanExpertsAndMoreThanSupported() {
    Refusal.says(() -> EpTopology.of(9, 4, 1, 1, 2), "8 slots", "9 experts");
    Refusal.says(() -> EpTopology.of(9, 65_536, 1, 1, 65_536), "4294967296 slots", "16777216");
  }

  @Test
  void spreadsRedundantExpertsOverTheRanks() {
    assertEquals(
        EpTopology.of(256, 32, 4, 8, 9), EpTopology.withRedundantExperts(256, 32, 4, 8, 32));
  }

  @Test
  void suggestsTheNextRedundantExpertsThatFit() {
    Refusal.says(
        () -> EpTopology.withRedundantExperts(256, 32, 4, 8, 33),
        "32 ranks do not divide",
        "= 289 slots",
        "64");
    Refusal.says(() -> EpTopology.withRedundantExperts(4, 2, 1, 1, -1), "redundant experts is -1");
    Refusal.says(
        () -> EpTopology.withRedundantExperts(4, 1, 1, 1, EpTopology.MAX_PHYSICAL_EXPERTS),
        "slots per rank is 16777220");
  }

  @Test
  void refusesARankThatDoesNotExist() {
    EpTopology topology = EpTopology.of(4, 4, 2, 1, 1);

    Refusal.says(() -> topology.nodeOf(4), "rank 4 does not exist", "0 to 3");
    Refusal.says(() -> topology.nodeOf(-1), "rank -1");
  }
}
