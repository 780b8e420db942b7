package io.eplb.policies.incremental;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the search leaves out would not have been found best. */
class StepSearchTest {
  private static final MoveLimits LIMITS = new MoveLimits(12, 3, 0.0);
  private static final int EXPERTS = 40;
  private static final int RANKS = 8;
  private static final int SLOTS = 6;

  private final Random random = new Random(12);

  @Test
  void theBestSwapIsThatOfAnExhaustiveSearch() {
    int found = 0;
    for (int trial = 0; trial < 200; trial++) {
      LayerState state = walk(trial % 2 == 0 ? 1 : 5, random.nextInt(12));
      int hot = state.order.at(0);
      BestStep best = new BestStep(SLOTS);
      new SwapSearch(state, best).search(hot, LIMITS);
      double score = bestScore(state, hot);
      // What it has to gain to be beaten, at a price of nothing, is its score.
      assertEquals(score, best.found() ? best.gainToBeat(0.0) : 0.0, 1e-9 * (1.0 + score));
      found += best.found() ? 1 : 0;
    }
    assertTrue(found > 100, "found " + found);
  }

  @Test
  void aReplicationThatIsTriedGainsWhatItGainsWhenItIsTaken() {
    for (int trial = 0; trial < 100; trial++) {
      LayerState state = walk(trial % 2 == 0 ? 1 : 5, random.nextInt(6));
      int p = slotOfReplica(state);
      int expert = random.nextInt(EXPERTS);
      if (expert == state.row[p] || state.holds(state.rankOf[p], expert)) {
        continue;
      }
      int[] before = state.row.clone();
      double potential = state.potential();

      double gain = new ReplicaTrial(state).gain(p, -1, expert);

      assertArrayEquals(before, state.row);
      assertEquals(potential, state.potential());
      state.replicate(p, -1, expert);
      assertEquals(potential - state.potential(), gain, 1e-9 * potential);
    }
  }

  @Test
  void whereSwapsComeFirstReplicasStayAsLongAsThereIsASwap() {
    int replicated = 0;
    for (int trial = 0; trial < 100; trial++) {
      LayerState state = walk(trial % 2 == 0 ? 1 : 5, random.nextInt(6));
      if (bestScore(state, state.order.at(0)) == 0.0) {
        continue;
      }
      int[] before = state.count.clone();
      int[] row = state.row.clone();

      Descent descent = new Descent(state);
      descent.swapFirst(true);
      assertTrue(descent.step(LIMITS), "trial " + trial);

      assertArrayEquals(before, state.count, "trial " + trial);
      state.restore(row);
      new Descent(state).step(LIMITS);
      replicated += Arrays.equals(before, state.count) ? 0 : 1;
    }
    assertTrue(replicated > 0, "a replica is never better than a swap");
  }

  private int slotOfReplica(LayerState state) {
    int slot = random.nextInt(state.physical);
    while (state.count[state.row[slot]] < 2) {
      slot = random.nextInt(state.physical);
    }
    return slot;
  }

  /** A state that some legal swaps have led to. */
  private LayerState walk(int windows, int steps) {
    EpTopology topology = new EpTopology(EXPERTS, RANKS, 1, 1, SLOTS);
    ExpertTable table = ExpertTable.initial(1, topology);
    double[] loads = new double[windows * EXPERTS];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = Math.exp(random.nextGaussian());
    }
    LoadModel model = new LoadModel(EXPERTS, windows);
    model.learn(
        table,
        ExpertWorkload.ofExpertLoads(table, windows, loads),
        0,
        new Uncertainty(0.2, 4.0, 0.5, false));
    LayerState state = new LayerState(EXPERTS, RANKS, SLOTS, model, new HomeNodes(topology, 1.0));
    int[] row = new int[topology.physicalExperts()];
    table.copyLayer(0, row, 0);
    state.start(row, 8.0);
    for (int step = 0; step < steps; step++) {
      int p = random.nextInt(state.physical);
      int q = random.nextInt(state.physical);
      if (isLegal(state, p, q)) {
        state.swap(p, q);
      }
    }
    return state;
  }

  private static boolean isLegal(LayerState state, int p, int q) {
    int hot = state.rankOf[p];
    int other = state.rankOf[q];
    return hot != other && !state.holds(hot, state.row[q]) && !state.holds(other, state.row[p]);
  }

  /** Carries out every swap that the limits allow, and takes it back. */
  private static double bestScore(LayerState state, int hot) {
    double most = 0.0;
    for (int p = hot * SLOTS; p < (hot + 1) * SLOTS; p++) {
      for (int q = 0; q < state.physical; q++) {
        int other = state.rankOf[q];
        double shift = state.share[state.row[p]] - state.share[state.row[q]];
        if (isLegal(state, p, q)
            && shift > 0.0
            && state.burden[other] + shift < state.burden[hot]
            && allows(state, p, q)) {
          double price =
              state.price(hot, state.row[p], state.row[q])
                  + state.price(other, state.row[q], state.row[p]);
          double potential = state.potential();
          state.swap(p, q);
          double gain = potential - state.potential();
          state.swap(p, q);
          if (gain > potential * MoveLimits.LEAST_FREE_GAIN) {
            most = Math.max(most, gain / (Math.max(0.0, price) + BestStep.BASE_PRICE));
          }
        }
      }
    }
    return most;
  }

  private static boolean allows(LayerState state, int p, int q) {
    int hot = state.rankOf[p];
    int other = state.rankOf[q];
    int hotChange = state.receives(hot, state.row[p], state.row[q]);
    int otherChange = state.receives(other, state.row[q], state.row[p]);
    return LIMITS.allowsLayer(state.moved, hotChange + otherChange)
        && LIMITS.allowsRank(state.received[hot], hotChange)
        && LIMITS.allowsRank(state.received[other], otherChange);
  }
}
