package io.eplb.policies.ascend;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import java.util.SplittableRandom;

/** A random problem, equal for equal seeds: any shape, any current table, any kind of load. */
record RandomShapes(
    EpTopology topology, ExpertTable table, ExpertWorkload workload, MigrationBudget budget) {
  static RandomShapes of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int nodes = 1 + random.nextInt(3);
    int ranks = nodes * (1 + random.nextInt(4));
    int groups = 1 + random.nextInt(4);
    int experts = groups * (1 + random.nextInt(6));
    int least = (experts + ranks - 1) / ranks;
    int slots = least + random.nextInt(random.nextInt(5) == 0 ? experts + 2 : 3);
    EpTopology topology = EpTopology.of(experts, ranks, nodes, groups, slots);
    int layers = 1 + random.nextInt(4);
    ExpertTable table =
        random.nextInt(3) == 0
            ? ExpertTable.initial(layers, topology)
            : shuffled(topology, layers, random);
    double[] loads = new double[layers * experts];
    for (int layer = 0; layer < layers; layer++) {
      int kind = random.nextInt(7);
      for (int expert = 0; expert < experts; expert++) {
        loads[layer * experts + expert] = load(kind, expert, random);
      }
    }
    MigrationBudget budget =
        random.nextBoolean()
            ? MigrationBudget.UNLIMITED
            : MigrationBudget.of(random.nextInt(6), random.nextInt(4));
    return new RandomShapes(topology, table, ExpertWorkload.ofExpertLoads(table, loads), budget);
  }

  private static double load(int kind, int expert, SplittableRandom random) {
    return switch (kind) {
      case 0 -> 0.0;
      case 1 -> 7.0;
      case 2 -> expert == 0 ? 1000.0 : 0.0;
      case 3 -> 0x1p53 - random.nextInt(1000);
      case 4 -> Double.MIN_VALUE * random.nextInt(4);
      case 5 -> Math.exp(6 * random.nextDouble());
      default -> random.nextInt(1000);
    };
  }

  /** A legal table in no particular order, perhaps with duplicates on a rank. */
  private static ExpertTable shuffled(EpTopology topology, int layers, SplittableRandom random) {
    int[] rows = new int[layers * topology.physicalExperts()];
    for (int layer = 0; layer < layers; layer++) {
      int base = layer * topology.physicalExperts();
      for (int slot = 0; slot < topology.physicalExperts(); slot++) {
        rows[base + slot] = slot < topology.experts() ? slot : random.nextInt(topology.experts());
        int other = random.nextInt(slot + 1);
        int expert = rows[base + slot];
        rows[base + slot] = rows[base + other];
        rows[base + other] = expert;
      }
    }
    return ExpertTable.of(
        3,
        topology.experts(),
        Placement.of(layers, topology.ranks(), topology.slotsPerRank(), rows));
  }
}
