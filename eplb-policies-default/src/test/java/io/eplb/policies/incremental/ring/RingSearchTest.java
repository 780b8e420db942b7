package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.policies.incremental.layer.LayerBudget;
import org.junit.jupiter.api.Test;

class RingSearchTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(64, 16, 1, 1, 16);

  @Test
  void anInitialLayoutBecomesARingThatIsBalancedPerBatch() {
    for (long seed = 0; seed < 40; seed++) {
      RingCase layer = new RingCase(TOPOLOGY, seed);
      RingSearch search = search(layer);
      assertTrue(search.lacksRing());

      search.search(12.0, LayerBudget.UNLIMITED, () -> false);

      assertFalse(search.lacksRing());
      double par =
          LayerDispatch.of(Dispatch.LP, TOPOLOGY)
              .solve(layer.row(), layer.loads, layer.inTable)
              .peakToAverage();
      assertTrue(par < 1.03, "seed " + seed + ": " + par);
    }
  }

  @Test
  void anExpertThatIsTooHotForTwoRanksGetsMoreReplicas() {
    for (int hot : new int[] {0, 17, 63}) {
      RingCase layer = new RingCase(TOPOLOGY, 3, hot, 20.0);

      search(layer).search(12.0, LayerBudget.UNLIMITED, () -> false);

      assertTrue(layer.state.current().replicas(hot) >= 3);
    }
  }

  @Test
  void noLayerAndNoRankReceivesMoreThanAllowed() {
    int moved = 0;
    for (int perLayer : new int[] {1, 4, 16, 40}) {
      for (int perRank : new int[] {1, 3}) {
        for (long seed = 0; seed < 20; seed++) {
          RingCase layer = new RingCase(TOPOLOGY, seed);

          search(layer).search(12.0, new LayerBudget(perLayer, perRank, 0.0), () -> false);

          assertTrue(layer.state.transfers().moved() <= perLayer);
          for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
            assertTrue(layer.state.transfers().received(rank) <= perRank);
          }
          moved += layer.state.transfers().moved();
        }
      }
    }
    assertTrue(moved > 0);
  }

  @Test
  void aSearchThatIsStoppedAtOnceLeavesARingOrTheRow() {
    RingCase layer = new RingCase(TOPOLOGY, 1);
    search(layer).search(12.0, new LayerBudget(1, 1, 0.0), () -> true);

    assertArrayEquals(layer.initialRow(), layer.row());
  }

  @Test
  void aSecondSearchOnTheSameLoadMovesLittle() {
    RingCase layer = new RingCase(TOPOLOGY, 7);
    search(layer).search(12.0, LayerBudget.UNLIMITED, () -> false);
    int[] first = layer.row();

    layer.state.start(first, 12.0);
    search(layer).search(12.0, LayerBudget.UNLIMITED, () -> false);

    assertEquals(0, layer.state.transfers().moved());
  }

  private static RingSearch search(RingCase layer) {
    return new RingSearch(layer.state, layer.ranks, layer.forecast, false, true);
  }
}
