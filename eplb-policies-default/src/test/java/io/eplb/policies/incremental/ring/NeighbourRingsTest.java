package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeighbourRingsTest {
  @Test
  void everyRingVisitsTheWholePartAndGoesBackTheSameWay() {
    for (int ranks = 1; ranks <= 70; ranks++) {
      NeighbourRings rings = rings(ranks, 1, 6);
      for (int ring = 0; ring < rings.rings(); ring++) {
        Set<Integer> visited = new HashSet<>();
        for (int hops = 0; hops < ranks; hops++) {
          visited.add(rings.after(ranks / 2, ring, hops));
        }
        assertEquals(ranks, visited.size(), ranks + " ranks, ring " + ring);
        for (int rank = 0; rank < ranks; rank++) {
          assertEquals(rank, rings.before(rings.after(rank, ring, 1), ring));
        }
      }
    }
  }

  @Test
  void theFirstRingHasTheRanksInTheirOrderAndTheSecondLeapsAhead() {
    NeighbourRings rings = rings(8, 1, 2);

    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, visit(rings, 0));
    assertArrayEquals(new int[] {0, 3, 6, 1, 4, 7, 2, 5}, visit(rings, 1));
  }

  @Test
  void noTwoRingsJoinTheSameRanksAsLongAsThereAreOtherSteps() {
    // 32 has eight steps that are prime to it, up to the half.
    NeighbourRings rings = rings(32, 1, 8);
    Set<Set<Integer>> pairs = new HashSet<>();
    for (int ring = 0; ring < 8; ring++) {
      for (int rank = 0; rank < 32; rank++) {
        assertTrue(pairs.add(Set.of(rank, rings.after(rank, ring, 1))), "ring " + ring);
      }
    }
  }

  @Test
  void threeHopsReachSevenOf32RanksOverOneRingAndMostOverTwo() {
    assertEquals(7, reached(rings(32, 1, 1), 3));
    assertTrue(reached(rings(32, 1, 2), 3) > 20);
  }

  @Test
  void ranksOfANodeFormRingsOfTheirOwn() {
    NeighbourRings rings = rings(12, 3, 2);
    for (int rank = 0; rank < 12; rank++) {
      for (int ring = 0; ring < 2; ring++) {
        assertEquals(rank / 4, rings.after(rank, ring, 3) / 4);
      }
      assertEquals(rank / 4 * 4, rings.part(rank));
      assertEquals(4, rings.partSize(rank));
    }
  }

  private static int[] visit(NeighbourRings rings, int ring) {
    int[] visited = new int[rings.ranks()];
    for (int hops = 0; hops < visited.length; hops++) {
      visited[hops] = rings.after(0, ring, hops);
    }
    return visited;
  }

  private static int reached(NeighbourRings rings, int hops) {
    Set<Integer> reached = new HashSet<>(Set.of(0));
    for (int hop = 0; hop < hops; hop++) {
      for (int rank : Set.copyOf(reached)) {
        for (int ring = 0; ring < rings.rings(); ring++) {
          reached.add(rings.after(rank, ring, 1));
          reached.add(rings.before(rank, ring));
        }
      }
    }
    return reached.size();
  }

  private static NeighbourRings rings(int ranks, int nodes, int rings) {
    EpTopology topology = EpTopology.of(ranks, ranks, nodes, nodes, 1);
    return new NeighbourRings(
        new LivingRanks(topology, EpRanks.nominal(topology)), nodes > 1, rings);
  }
}
