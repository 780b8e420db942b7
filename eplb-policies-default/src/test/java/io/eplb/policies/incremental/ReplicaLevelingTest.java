package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import org.junit.jupiter.api.Test;

class ReplicaLevelingTest {
  private static final MoveLimits UNLIMITED =
      new MoveLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 0.0);

  /** 4 ranks of 3 slots; experts 0 to 3 have two replicas at first. */
  private final EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 4);

  @Test
  void replicasGoToTheExpertsWhoseLoadIsLeastCertain() {
    LayerState state = start(1, 1, 1, 1, 90, 1, 1, 60);

    assertEquals(4, level(state, UNLIMITED, 4, 0.1));

    assertArrayEquals(new int[] {1, 1, 1, 1, 3, 1, 1, 3}, state.count);
  }

  @Test
  void expertsAlikeKeepTheirReplicas() {
    LayerState state = start(5, 5, 5, 5, 5, 5, 5, 5);

    assertEquals(0, level(state, UNLIMITED, 4, 0.1));
  }

  @Test
  void whereTheNeediestHasNoPlaceTheNextGetsTheReplica() {
    LayerState state = start(1, 1, 1, 1, 90, 60, 1, 1);

    assertEquals(4, level(state, UNLIMITED, 4, 0.1));

    assertArrayEquals(new int[] {1, 1, 1, 1, 4, 2, 1, 1}, state.count);
  }

  @Test
  void aGainWithinTheMarginIsLeft() {
    LayerState state = start(5, 5, 5, 5, 6, 5, 5, 5);

    assertEquals(0, level(state, UNLIMITED, 4, 0.3));
    assertEquals(1, level(state, UNLIMITED, 4, 0.1));
  }

  @Test
  void noMoreReplicasMoveThanAllowed() {
    LayerState state = start(1, 1, 1, 1, 90, 60, 1, 1);

    assertEquals(2, level(state, UNLIMITED, 2, 0.1));
    assertEquals(2, state.moved);
    assertEquals(1, level(state, new MoveLimits(3, Integer.MAX_VALUE, 0.0), 4, 0.1));
    assertEquals(3, state.moved);
  }

  @Test
  void noRankReceivesMoreThanItMayNorAnExpertTwice() {
    LayerState state = start(1, 1, 1, 1, 90, 60, 1, 1);

    level(state, new MoveLimits(Integer.MAX_VALUE, 1, 0.0), 4, 0.1);

    for (int rank = 0; rank < state.ranks; rank++) {
      assertTrue(state.received[rank] <= 1);
      for (int slot = rank * state.slots; slot < (rank + 1) * state.slots; slot++) {
        for (int other = rank * state.slots; other < slot; other++) {
          assertTrue(state.row[other] != state.row[slot]);
        }
      }
    }
  }

  @Test
  void withoutUncertaintyThereIsNothingToLevel() {
    LayerState state = start(0.0, 1, 1, 1, 1, 90, 60, 1, 1);

    assertEquals(0, level(state, UNLIMITED, 4, 0.1));
  }

  private LoadModel model = new LoadModel(8, 1);

  private LayerState start(int... loads) {
    return start(0.2, loads);
  }

  private LayerState start(double spread, int... loads) {
    ExpertTable table = ExpertTable.initial(1, topology);
    double[] tokens = new double[loads.length];
    for (int expert = 0; expert < loads.length; expert++) {
      tokens[expert] = loads[expert];
    }
    model = new LoadModel(8, 1);
    model.learn(
        table,
        ExpertWorkload.ofExpertLoads(table, tokens),
        0,
        new Uncertainty(spread, 4.0, 0.5, false));
    LayerState state = new LayerState(8, 4, 3, model, new HomeNodes(topology, 0.0));
    int[] row = new int[12];
    table.copyLayer(0, row, 0);
    state.start(row, 0.0);
    return state;
  }

  private int level(LayerState state, MoveLimits limits, int most, double margin) {
    return new ReplicaLeveling(state, model).level(limits, most, margin);
  }
}
