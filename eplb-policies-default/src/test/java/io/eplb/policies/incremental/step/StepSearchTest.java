package io.eplb.policies.incremental.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.Assignment;
import io.eplb.policies.incremental.layer.LayerBudget;
import io.eplb.policies.incremental.layer.LayerState;
import io.eplb.policies.incremental.layer.LivingRanks;
import io.eplb.policies.incremental.layer.RankBurdens;
import io.eplb.policies.incremental.layer.Transfers;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that the search finds the best step and computes its gain. */
class StepSearchTest {
  private static final LayerBudget BUDGET = new LayerBudget(12, 3, 0.0);
  private static final int EXPERTS = 36;
  private static final int RANKS = 8;
  private static final int SLOTS = 6;

  private final Random random = new Random(12);
  private final EpTopology topology = EpTopology.of(EXPERTS, RANKS, 1, 1, SLOTS);
  private EpRanks ranks = nominal();

  @Test
  void theBestSwapIsThatOfAnExhaustiveSearch() {
    int found = 0;
    for (int trial = 0; trial < 400; trial++) {
      ranks = trial < 200 ? nominal() : unequal();
      LayerState state = walk(trial % 2 == 0 ? 1 : 5, random.nextInt(12));
      int hot = state.burdens().rankAt(0);
      BestStep best = new BestStep(state.current());
      new SwapSearch(state, best).search(hot, BUDGET);
      double score = bestScore(state, hot);
      // The gain to beat at a price of 0 is its score.
      assertEquals(score, best.found() ? best.gainToBeat(0.0) : 0.0, 1e-9 * (1.0 + score));
      found += best.found() ? 1 : 0;
    }
    assertTrue(found > 200, "found " + found);
  }

  @Test
  void theGainOfATrialIsThatOfTheReplication() {
    for (int trial = 0; trial < 200; trial++) {
      ranks = trial < 100 ? nominal() : unequal();
      LayerState state = walk(trial % 2 == 0 ? 1 : 5, random.nextInt(6));
      int p = slotOfReplica(state);
      int expert = random.nextInt(EXPERTS);
      Assignment current = state.current();
      if (expert == current.expert(p) || current.holds(current.rank(p), expert)) {
        continue;
      }
      int[] before = row(state);
      double potential = state.burdens().potential();

      double gain = state.burdens().gainOfReplication(p, -1, expert);

      assertArrayEquals(before, row(state));
      assertEquals(potential, state.burdens().potential());
      state.replicate(p, -1, expert);
      assertEquals(potential - state.burdens().potential(), gain, 1e-9 * potential);
    }
  }

  @Test
  void whereSwapsComeFirstReplicasStayWhileThereIsASwap() {
    int replicated = 0;
    for (int trial = 0; trial < 100; trial++) {
      LayerState state = walk(trial % 2 == 0 ? 1 : 5, random.nextInt(6));
      if (bestScore(state, state.burdens().rankAt(0)) == 0.0) {
        continue;
      }
      int[] before = replicas(state);
      int[] row = row(state);

      Descent descent = new Descent(state);
      descent.swapFirst(true);
      assertTrue(descent.step(BUDGET), "trial " + trial);

      assertArrayEquals(before, replicas(state), "trial " + trial);
      state.restore(row);
      new Descent(state).step(BUDGET);
      replicated += Arrays.equals(before, replicas(state)) ? 0 : 1;
    }
    assertTrue(replicated > 0, "a replica is never better than a swap");
  }

  private EpRanks nominal() {
    return EpRanks.nominal(topology);
  }

  /** Returns ranks of which one is dead, one can use four slots, and all differ in speed. */
  private EpRanks unequal() {
    EpRanks.Builder builder = EpRanks.builder(topology).usableSlots(2, 0).usableSlots(5, 4);
    for (int rank = 0; rank < RANKS; rank++) {
      builder.speed(rank, Math.exp(2 * random.nextDouble() - 1));
    }
    return builder.build();
  }

  private int slotOfReplica(LayerState state) {
    Assignment current = state.current();
    int slot = random.nextInt(current.slots());
    while (current.replicas(current.expert(slot)) < 2) {
      slot = random.nextInt(current.slots());
    }
    return slot;
  }

  private static int[] row(LayerState state) {
    int[] row = new int[state.current().slots()];
    state.current().copyTo(row);
    return row;
  }

  private static int[] replicas(LayerState state) {
    return IntStream.range(0, EXPERTS).map(state.current()::replicas).toArray();
  }

  /** Returns a state after some legal swaps. */
  private LayerState walk(int windows, int steps) {
    LivingRanks living = new LivingRanks(topology, ranks);
    int[] row = new int[living.slots()];
    for (int slot = 0; slot < row.length; slot++) {
      row[slot] = slot % EXPERTS;
    }
    int[] tableRow = new int[topology.physicalExperts()];
    Arrays.fill(tableRow, Placement.EMPTY);
    living.scatter(row, tableRow);
    ExpertTable table = ExpertTable.of(1, EXPERTS, Placement.of(1, RANKS, SLOTS, tableRow));
    double[] loads = new double[windows * EXPERTS];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = Math.exp(random.nextGaussian());
    }
    LoadForecast forecast = new LoadForecast(EXPERTS, living.ranks(), windows, 0.2);
    ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, windows, loads);
    double[] estimate = new double[EXPERTS];
    workload.expertLoads(table, 0, estimate, 0);
    forecast.learn(table, workload, 0, estimate, 0.0);
    LayerState state = new LayerState(living, forecast, 1.0);
    state.start(row, 8.0);
    for (int step = 0; step < steps; step++) {
      int p = random.nextInt(state.current().slots());
      int q = random.nextInt(state.current().slots());
      if (isLegal(state, p, q)) {
        state.swap(p, q);
      }
    }
    return state;
  }

  private static boolean isLegal(LayerState state, int p, int q) {
    Assignment current = state.current();
    int hot = current.rank(p);
    int other = current.rank(q);
    return hot != other
        && !current.holds(hot, current.expert(q))
        && !current.holds(other, current.expert(p));
  }

  /** Tries every swap that the budget allows, and reverts it. */
  private static double bestScore(LayerState state, int hot) {
    Assignment current = state.current();
    RankBurdens burdens = state.burdens();
    double most = 0.0;
    for (int p = current.from(hot); p < current.to(hot); p++) {
      for (int q = 0; q < current.slots(); q++) {
        int other = current.rank(q);
        double shift = burdens.slotShare(p) - burdens.slotShare(q);
        if (isLegal(state, p, q)
            && shift > 0.0
            && (burdens.burden(other) + shift) / burdens.capacity(other) < burdens.heat(hot)
            && allows(state, p, q)) {
          Transfers transfers = state.transfers();
          double price =
              transfers.price(hot, current.expert(p), current.expert(q))
                  + transfers.price(other, current.expert(q), current.expert(p));
          double potential = burdens.potential();
          state.swap(p, q);
          double gain = potential - burdens.potential();
          state.swap(p, q);
          if (gain > potential * LayerBudget.LEAST_FREE_GAIN) {
            most = Math.max(most, gain / (Math.max(0.0, price) + BestStep.BASE_PRICE));
          }
        }
      }
    }
    return most;
  }

  private static boolean allows(LayerState state, int p, int q) {
    Assignment current = state.current();
    Transfers transfers = state.transfers();
    int hot = current.rank(p);
    int other = current.rank(q);
    int hotChange = transfers.change(hot, current.expert(p), current.expert(q));
    int otherChange = transfers.change(other, current.expert(q), current.expert(p));
    return transfers.allow(BUDGET, hot, hotChange, other, otherChange);
  }
}
