package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class RingLinksTest {
  @Test
  void everyPairOfNeighboursSharesAnExpertWhereSlotsSuffice() {
    for (int redundant : new int[] {16, 32}) {
      EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, redundant);
      for (long seed = 0; seed < 50; seed++) {
        int[] ring = build(topology, seed, false);

        assertEquals(16, linkedPairs(topology, ring));
        assertLegal(topology, ring);
      }
    }
  }

  @Test
  void aSecondRedundantSlotPerRankClosesASecondRing() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 1, 1, 32);
    for (long seed = 0; seed < 50; seed++) {
      int[] row = build(topology, seed, false);

      NeighbourRings rings = new NeighbourRings(new RingCase(topology, seed).ranks, false, 2);
      for (int rank = 0; rank < 16; rank++) {
        BitSet shared = experts(topology, row, rank);
        assertTrue(shared.intersects(experts(topology, row, rings.after(rank, 1, 1))));
      }
    }
  }

  @Test
  void everyRedundantSlotIsALinkWhereSlotsDoNotSufficeForARing() {
    EpTopology topology = EpTopology.withRedundantExperts(56, 16, 1, 1, 8);
    for (long seed = 0; seed < 50; seed++) {
      int[] ring = build(topology, seed, false);

      assertEquals(8, links(topology, ring));
      assertLegal(topology, ring);
    }
  }

  @Test
  void anExpertThatBelongsToANodeStaysThere() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 16, 4, 8, 16);
    for (long seed = 0; seed < 50; seed++) {
      RingCase layer = new RingCase(topology, seed);
      int[] row = byNode(topology);
      int[] ring = new int[row.length];

      assertTrue(new RingLinks(layer.ranks, layer.forecast, true, 0.4).build(row, ring));

      assertLegal(topology, ring);
      for (int slot = 0; slot < ring.length; slot++) {
        assertEquals(slot / 20, ring[slot] / 16, "expert " + ring[slot]);
      }
    }
  }

  @Test
  void oneRankAndNoRedundancyHaveNoRing() {
    for (EpTopology topology :
        new EpTopology[] {EpTopology.of(8, 1, 1, 1, 8), EpTopology.of(8, 4, 1, 1, 2)}) {
      RingCase layer = new RingCase(topology, 1);
      int[] row = layer.initialRow();

      assertFalse(new RingLinks(layer.ranks, layer.forecast, false, 0.4).build(row, row.clone()));
    }
  }

  /**
   * Returns a row in which each of four nodes has a quarter of 64 experts and four of them twice.
   */
  private static int[] byNode(EpTopology topology) {
    int[] row = new int[topology.physicalExperts()];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot / 20 * 16 + slot % 20 % 16;
    }
    return row;
  }

  private static int[] build(EpTopology topology, long seed, boolean keepsNodes) {
    RingCase layer = new RingCase(topology, seed);
    int[] ring = new int[topology.physicalExperts()];
    assertTrue(
        new RingLinks(layer.ranks, layer.forecast, keepsNodes, 0.4).build(layer.row(), ring));
    return ring;
  }

  private static int linkedPairs(EpTopology topology, int[] row) {
    int pairs = 0;
    for (int rank = 0; rank < topology.ranks(); rank++) {
      BitSet shared = experts(topology, row, rank);
      pairs += shared.intersects(experts(topology, row, (rank + 1) % topology.ranks())) ? 1 : 0;
    }
    return pairs;
  }

  /** Returns the number of experts that ranks share with the next, over all ranks. */
  private static int links(EpTopology topology, int[] row) {
    int links = 0;
    for (int rank = 0; rank < topology.ranks(); rank++) {
      BitSet shared = experts(topology, row, rank);
      shared.and(experts(topology, row, (rank + 1) % topology.ranks()));
      links += shared.cardinality();
    }
    return links;
  }

  private static void assertLegal(EpTopology topology, int[] row) {
    BitSet all = new BitSet();
    for (int rank = 0; rank < topology.ranks(); rank++) {
      BitSet held = experts(topology, row, rank);
      assertEquals(topology.slotsPerRank(), held.cardinality(), "distinct experts of rank " + rank);
      all.or(held);
    }
    assertEquals(topology.experts(), all.cardinality());
  }

  private static BitSet experts(EpTopology topology, int[] row, int rank) {
    BitSet held = new BitSet();
    int slots = topology.slotsPerRank();
    for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
      held.set(row[slot]);
    }
    return held;
  }
}
