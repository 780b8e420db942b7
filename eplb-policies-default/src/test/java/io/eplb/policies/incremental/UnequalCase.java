package io.eplb.policies.incremental;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.dispatch.LayerDispatch;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * A random question on unequal ranks: some dead, some short of slots, of various speeds, with a
 * legal table.
 */
final class UnequalCase {
  final EpTopology topology;
  final EpRanks ranks;
  final ExpertTable table;
  final ExpertWorkload workload;

  final int windows;

  private final long seed;
  private final MigrationBudget budget;
  private final Map<String, String> options;

  private UnequalCase(long seed) {
    this.seed = seed;
    Random random = new Random(seed);
    int nodes = 1 + random.nextInt(4);
    int ranksPerNode = 1 + random.nextInt(5);
    int slots = 1 + random.nextInt(6);
    int[] usable = usable(random, nodes, ranksPerNode, slots);
    int places = Arrays.stream(usable).sum();
    int experts = places - random.nextInt(Math.max(1, places / 2));
    int groups = experts % nodes == 0 && random.nextBoolean() ? nodes : 1;
    topology = EpTopology.of(experts, usable.length, nodes, groups, slots);
    EpRanks.Builder builder = EpRanks.builder(topology);
    boolean equallyFast = random.nextInt(4) == 0;
    for (int rank = 0; rank < usable.length; rank++) {
      builder.usableSlots(rank, usable[rank]);
      builder.speed(rank, equallyFast ? 1.0 : Math.exp(2 * random.nextDouble() - 1));
    }
    ranks = builder.build();
    int layers = 1 + random.nextInt(2);
    int[] rows = new int[layers * topology.physicalExperts()];
    for (int layer = 0; layer < layers; layer++) {
      int[] row = row(random);
      System.arraycopy(row, 0, rows, layer * row.length, row.length);
    }
    table = ExpertTable.of(1, experts, Placement.of(layers, usable.length, slots, rows));
    windows = random.nextBoolean() ? 1 : 1 + random.nextInt(5);
    double[] loads = new double[windows * layers * experts];
    double spread = 2 * random.nextDouble();
    for (int i = 0; i < loads.length; i++) {
      loads[i] = random.nextInt(8) == 0 ? 0.0 : Math.exp(spread * random.nextGaussian());
    }
    workload = ExpertWorkload.ofExpertLoads(table, windows, loads);
    budget =
        switch (random.nextInt(4)) {
          case 0 -> MigrationBudget.FREE;
          case 1 -> MigrationBudget.of(random.nextInt(12), random.nextInt(4));
          default -> MigrationBudget.UNLIMITED;
        };
    options =
        random.nextInt(4) == 0
            ? Map.of("max-moves-per-layer", "" + random.nextInt(6), "node-crossing-price", "3")
            : Map.of();
  }

  static UnequalCase of(long seed) {
    return new UnequalCase(seed);
  }

  private static int[] usable(Random random, int nodes, int ranksPerNode, int slots) {
    int[] usable = new int[nodes * ranksPerNode];
    int deadNode = random.nextInt(6) == 0 ? random.nextInt(nodes) : -1;
    for (int rank = 0; rank < usable.length; rank++) {
      int kind = rank / ranksPerNode == deadNode ? 0 : random.nextInt(8);
      usable[rank] = kind == 0 ? 0 : kind == 1 ? 1 + random.nextInt(slots) : slots;
    }
    if (Arrays.stream(usable).sum() == 0) {
      usable[random.nextInt(usable.length)] = slots;
    }
    return usable;
  }

  /** Returns a row that keeps the rules, or in one case of eight perhaps one with duplicates. */
  private int[] row(Random random) {
    int slots = topology.slotsPerRank();
    int[] experts = new int[topology.experts()];
    Arrays.setAll(experts, expert -> expert);
    shuffle(experts, random);
    int[] row = new int[topology.physicalExperts()];
    Arrays.fill(row, Placement.EMPTY);
    int next = 0;
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      for (int slot = 0; slot < ranks.usableSlots(rank); slot++) {
        row[rank * slots + slot] = experts[next++ % experts.length];
      }
    }
    boolean legal = random.nextInt(8) > 0;
    for (int step = 0; step < row.length; step++) {
      int p = random.nextInt(row.length);
      int q = random.nextInt(row.length);
      if (row[p] != Placement.EMPTY
          && row[q] != Placement.EMPTY
          && (!legal || (!isOn(row, p / slots, row[q]) && !isOn(row, q / slots, row[p])))) {
        int expert = row[p];
        row[p] = row[q];
        row[q] = expert;
      }
    }
    return row;
  }

  private boolean isOn(int[] row, int rank, int expert) {
    int from = rank * topology.slotsPerRank();
    return Arrays.stream(row, from, from + topology.slotsPerRank())
        .anyMatch(other -> other == expert);
  }

  static void shuffle(int[] values, Random random) {
    for (int last = values.length - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      int value = values[last];
      values[last] = values[other];
      values[other] = value;
    }
  }

  PolicyContext context(EplbPolicy policy) {
    return context(policy, ranks);
  }

  PolicyContext context(EplbPolicy policy, EpRanks ofSpeed) {
    return builder(policy).ranks(ofSpeed).build();
  }

  PolicyContext context(EplbPolicy policy, Dispatch dispatch) {
    return builder(policy).ranks(ranks).dispatch(dispatch).build();
  }

  private PolicyContext.Builder builder(EplbPolicy policy) {
    return PolicyContext.builder(topology)
        .options(PolicyOptions.parse(policy.options(), options))
        .migrationBudget(budget);
  }

  /** Returns the PAR of a layer by speed, under the load of all windows. */
  double par(Placement placement, int layer) {
    int[] row = new int[topology.physicalExperts()];
    placement.copyLayer(layer, row, 0);
    double[] loads = new double[topology.experts()];
    workload.expertLoads(table, layer, loads, 0);
    return LayerBalance.of(row, loads, ranks).peakToAverage();
  }

  /**
   * Returns the PAR of a layer by speed if the load of all windows is divided as well as it can.
   */
  double parDivided(Placement placement, int layer) {
    int[] row = new int[topology.physicalExperts()];
    placement.copyLayer(layer, row, 0);
    double[] loads = new double[topology.experts()];
    workload.expertLoads(table, layer, loads, 0);
    return LayerDispatch.of(Dispatch.LP, topology).solve(row, loads, ranks).peakToAverage();
  }

  @Override
  public String toString() {
    return "seed " + seed + ", " + topology + ", " + ranks + ", " + budget + ", " + options;
  }
}
