package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import org.junit.jupiter.api.Test;

class LinkRelayTest {
  /** Six ranks of two; expert 0 is shared by the ranks 0 and 1 and has no load to speak of. */
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(11, 6, 1, 1, 1);

  private static final int[] ROW = {0, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10};

  @Test
  void aHotExpertTakesThePlaceOfAColdOneThatTwoRanksShare() {
    RingCase layer = layer();

    assertTrue(relay(layer).step(LayerBudget.UNLIMITED));

    Assignment row = layer.state.current();
    assertEquals(2, row.replicas(5));
    assertTrue(row.holds(0, 5) && row.holds(1, 5) && row.holds(3, 0));
    assertEquals(3, layer.state.transfers().moved());
  }

  @Test
  void theBurdensAfterAStepAreThoseOfTheRow() {
    RingCase layer = layer();
    ArcBurdens burdens = burdens(layer);
    double before = burdens.potential();

    assertTrue(new LinkRelay(layer.state, layer.forecast, burdens).step(LayerBudget.UNLIMITED));

    assertTrue(burdens.potential() < before);
    assertEquals(burdens(layer).potential(), burdens.potential(), 1e-9 * before);
  }

  @Test
  void neitherTheLayerNorARankReceivesMoreThanAllowed() {
    for (LayerBudget budget :
        new LayerBudget[] {new LayerBudget(2, 9, 0.0), new LayerBudget(9, 0, 0.0)}) {
      RingCase layer = layer();

      assertFalse(relay(layer).step(budget));
      int[] row = new int[ROW.length];
      layer.state.current().copyTo(row);
      assertArrayEquals(ROW, row);
    }
  }

  private static RingCase layer() {
    RingCase layer = new RingCase(TOPOLOGY, new double[] {0.1, 1, 1, 1, 1, 4, 1, 1, 1, 1, 1});
    layer.state.start(ROW, 0.0);
    return layer;
  }

  private static LinkRelay relay(RingCase layer) {
    return new LinkRelay(layer.state, layer.forecast, burdens(layer));
  }

  private static ArcBurdens burdens(RingCase layer) {
    ArcBurdens burdens = new ArcBurdens(layer.ranks, layer.forecast);
    burdens.rebuild(layer.state.current(), 0.0);
    return burdens;
  }
}
