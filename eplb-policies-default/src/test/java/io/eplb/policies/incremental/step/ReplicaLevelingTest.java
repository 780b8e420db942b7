package io.eplb.policies.incremental.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaLevelingTest {
  /** 4 ranks of 3 slots; experts 0 to 3 have two replicas at first. */
  private final EpTopology topology = EpTopology.withRedundantExperts(8, 4, 1, 1, 4);

  @Test
  void replicasGoToTheExpertsWithTheLeastCertainLoads() {
    LayerState state = start(1, 1, 1, 1, 90, 1, 1, 60);

    assertEquals(4, level(state, LayerBudget.UNLIMITED, 4, 0.1));

    assertArrayEquals(new int[] {1, 1, 1, 1, 3, 1, 1, 3}, replicas(state));
  }

  @Test
  void equalExpertsKeepTheirReplicas() {
    LayerState state = start(5, 5, 5, 5, 5, 5, 5, 5);

    assertEquals(0, level(state, LayerBudget.UNLIMITED, 4, 0.1));
  }

  @Test
  void theNextExpertGetsTheReplicaIfTheFirstHasNoPlace() {
    LayerState state = start(1, 1, 1, 1, 90, 60, 1, 1);

    assertEquals(4, level(state, LayerBudget.UNLIMITED, 4, 0.1));

    assertArrayEquals(new int[] {1, 1, 1, 1, 4, 2, 1, 1}, replicas(state));
  }

  @Test
  void aGainWithinTheMarginMovesNothing() {
    LayerState state = start(5, 5, 5, 5, 6, 5, 5, 5);

    assertEquals(0, level(state, LayerBudget.UNLIMITED, 4, 0.3));
    assertEquals(1, level(state, LayerBudget.UNLIMITED, 4, 0.1));
  }

  @Test
  void noMoreReplicasMoveThanAllowed() {
    LayerState state = start(1, 1, 1, 1, 90, 60, 1, 1);

    assertEquals(2, level(state, LayerBudget.UNLIMITED, 2, 0.1));
    assertEquals(2, state.transfers().moved());
    assertEquals(1, level(state, new LayerBudget(3, Integer.MAX_VALUE, 0.0), 4, 0.1));
    assertEquals(3, state.transfers().moved());
  }

  @Test
  void noRankReceivesMoreThanItMayNorAnExpertTwice() {
    LayerState state = start(1, 1, 1, 1, 90, 60, 1, 1);

    level(state, new LayerBudget(Integer.MAX_VALUE, 1, 0.0), 4, 0.1);

    Assignment current = state.current();
    for (int rank = 0; rank < current.ranks(); rank++) {
      assertTrue(state.transfers().received(rank) <= 1);
      for (int slot = rank * 3; slot < (rank + 1) * 3; slot++) {
        for (int other = rank * 3; other < slot; other++) {
          assertTrue(current.expert(other) != current.expert(slot));
        }
      }
    }
  }

  @Test
  void withoutSpreadNoReplicaMoves() {
    LayerState state = start(0.0, 1, 1, 1, 1, 90, 60, 1, 1);

    assertEquals(0, level(state, LayerBudget.UNLIMITED, 4, 0.1));
  }

  private LoadForecast forecast = new LoadForecast(8, 4, 1, 0.2);

  private static int[] replicas(LayerState state) {
    return IntStream.range(0, 8).map(state.current()::replicas).toArray();
  }

  private LayerState start(int... loads) {
    return start(0.2, loads);
  }

  private LayerState start(double spread, int... loads) {
    ExpertTable table = ExpertTable.initial(1, topology);
    double[] tokens = new double[loads.length];
    for (int expert = 0; expert < loads.length; expert++) {
      tokens[expert] = loads[expert];
    }
    forecast = new LoadForecast(8, 4, 1, spread);
    forecast.learn(table, ExpertWorkload.ofExpertLoads(table, tokens), 0, tokens, 0.0);
    LayerState state =
        new LayerState(new LivingRanks(topology, EpRanks.nominal(topology)), forecast, 0.0);
    int[] row = new int[12];
    table.copyLayer(0, row, 0);
    state.start(row, 0.0);
    return state;
  }

  private int level(LayerState state, LayerBudget budget, int most, double margin) {
    return new ReplicaLeveling(state, forecast).level(budget, most, margin);
  }
}
