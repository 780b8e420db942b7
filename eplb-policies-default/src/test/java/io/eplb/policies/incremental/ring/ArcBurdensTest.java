package io.eplb.policies.incremental.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.policies.incremental.layer.Assignment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArcBurdensTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(60, 16, 1, 1, 20);

  private final Random random = new Random(3);

  @Test
  void thePotentialAfterAnyMovesIsThatOfTheRow() {
    EpRanks unequal = EpRanks.builder(TOPOLOGY).speed(3, 0.5).speed(9, 2.0).build();
    for (EpRanks ranks : new EpRanks[] {EpRanks.nominal(TOPOLOGY), unequal}) {
      RingCase layer = new RingCase(TOPOLOGY, ranks, 5);
      Assignment assignment = layer.state.current();
      ArcBurdens kept = new ArcBurdens(layer.ranks, layer.forecast);
      kept.rebuild(assignment, 12.0);
      for (int step = 0; step < 300; step++) {
        int p = random.nextInt(assignment.slots());
        int q = random.nextInt(assignment.slots());
        int rank = assignment.rank(p);
        int other = assignment.rank(q);
        int out = assignment.expert(p);
        int in = assignment.expert(q);
        if (assignment.holds(rank, in) || assignment.holds(other, out)) {
          continue;
        }
        double before = kept.potential();
        kept.move(assignment, out, rank, other);
        kept.move(assignment, in, other, rank);
        double change = kept.undo();
        assertEquals(before, kept.potential());
        kept.move(assignment, out, rank, other);
        kept.move(assignment, in, other, rank);
        kept.keep();
        layer.state.swap(p, q);

        ArcBurdens rebuilt = new ArcBurdens(layer.ranks, layer.forecast);
        rebuilt.rebuild(assignment, 12.0);
        assertEquals(before + change, kept.potential(), 1e-9 * before);
        assertEquals(rebuilt.potential(), kept.potential(), 1e-9 * before);
      }
    }
  }

  /** With equal loads on two ranks, only the place of the shared expert differs. */
  @Test
  void anExpertOnNeighboursIsConfinedToNeitherOfThem() {
    EpTopology topology = EpTopology.withRedundantExperts(7, 4, 1, 1, 1);
    double shared = potential(topology, 0, 1, 0, 2, 3, 4, 5, 6);
    double apart = potential(topology, 0, 1, 2, 3, 0, 4, 5, 6);

    assertNotEquals(shared, apart);
  }

  @Test
  void turningTheRingKeepsThePotential() {
    EpTopology topology = EpTopology.withRedundantExperts(7, 4, 1, 1, 1);

    double straight = potential(topology, 0, 1, 0, 2, 3, 4, 5, 6);

    assertEquals(straight, potential(topology, 0, 2, 3, 4, 5, 6, 0, 1), 1e-9 * straight);
    assertEquals(straight, potential(topology, 3, 4, 5, 6, 0, 1, 0, 2), 1e-9 * straight);
  }

  /** Otherwise the search would fill the ranks of a long run with other experts. */
  @Test
  void aRunThatIsLongerThanAnyArcStillBurdensItsRanks() {
    EpTopology topology = EpTopology.withRedundantExperts(24, 12, 1, 1, 12);
    int[] row = new int[36];
    for (int rank = 0; rank < 12; rank++) {
      row[3 * rank] = 2 * rank;
      row[3 * rank + 1] = 2 * rank + 1;
      row[3 * rank + 2] = rank < 9 ? 23 : 2 * rank - 2;
    }
    double light = potential(new RingCase(topology, 4, 23, 0.1), row);
    double heavy = potential(new RingCase(topology, 4, 23, 20.0), row);

    // Loads are relative to the mean, so that the other experts weigh less in the second case.
    assertTrue(heavy > 0.1 * light, heavy + " " + light);
  }

  @Test
  void twoReplicasOfAnExpertMoveAtOnce() {
    EpTopology topology = EpTopology.withRedundantExperts(15, 8, 1, 1, 1);
    int[] row = {0, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    RingCase layer = new RingCase(topology, 4);
    layer.state.restore(row);
    Assignment assignment = layer.state.current();
    ArcBurdens burdens = new ArcBurdens(layer.ranks, layer.forecast);
    burdens.rebuild(assignment, 12.0);

    burdens.move(assignment, 0, 0, 1, 5, -1);
    burdens.move(assignment, 9, 5, -1, 0, 1);
    burdens.keep();

    int[] moved = {9, 1, 9, 2, 3, 4, 5, 6, 7, 8, 0, 10, 11, 12, 13, 14};
    assertEquals(potential(layer, moved), burdens.potential(), 1e-9 * burdens.potential());
  }

  private static double potential(EpTopology topology, int... row) {
    return potential(new RingCase(topology, 4), row);
  }

  private static double potential(RingCase layer, int... row) {
    layer.state.restore(row);
    ArcBurdens burdens = new ArcBurdens(layer.ranks, layer.forecast);
    burdens.rebuild(layer.state.current(), 12.0);
    return burdens.potential();
  }
}
