package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.EpTopology;
import io.eplb.policies.incremental.layer.Assignment;
import org.junit.jupiter.api.Test;

/** Tests the slopes by an expert with so little load that the potential is straight. */
class ArcSlopesTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(60, 16, 1, 1, 20);
  private static final int TINY = 59;
  private static final double RELATIVE = 1e-3;

  private final RingCase layer = new RingCase(TOPOLOGY, 3, TINY, 1e-6);
  private final Assignment assignment = layer.state.current();
  private final ArcBurdens burdens = new ArcBurdens(layer.ranks, layer.forecast);
  private final ArcSlopes slopes = new ArcSlopes(TOPOLOGY.ranks());
  private final int home = assignment.rank(assignment.firstSlot(TINY));
  private final double load = layer.forecast.mean(TINY);

  ArcSlopesTest() {
    burdens.rebuild(assignment, 0.0);
    burdens.slopes(slopes);
  }

  @Test
  void theDifferenceOfSlopesIsWhatMovingLoadCosts() {
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      if (rank != home) {
        double expected = load * (slopes.slope(rank) - slopes.slope(home));

        double slope = Math.max(slopes.slope(home), slopes.slope(rank));
        assertEquals(expected, change(home, rank), RELATIVE * load * slope);
      }
    }
  }

  @Test
  void aReplicaOnANeighbourRelievesTheArcsThatEndOrStartBetweenThem() {
    double tolerance = RELATIVE * load * slopes.slope(home);

    assertEquals(-load * slopes.ending(home), change(-1, home + 1), tolerance);
    assertEquals(-load * slopes.starting(home), change(-1, home - 1), tolerance);
  }

  private double change(int from, int to) {
    burdens.move(assignment, TINY, from, to);
    return burdens.undo();
  }
}
