package io.eplb.policies.ascend;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import java.util.SplittableRandom;

/** A random problem, equal for equal seeds: any shape, any current table, any kind of load. */
record RandomShapes(
    EpTopology topology,
    EpRanks ranks,
    ExpertTable table,
    ExpertWorkload workload,
    MigrationBudget budget) {
  /** Draws a problem with nominal ranks. */
  static RandomShapes of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EpTopology topology = topology(random);
    return of(topology, EpRanks.nominal(topology), random);
  }

  /** Draws a problem with ranks that are slow, dead or short of slots. */
  static RandomShapes unequal(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EpTopology topology = topology(random);
    EpRanks.Builder ranks = EpRanks.builder(topology);
    int spare = topology.redundantExperts();
    boolean speeds = random.nextInt(4) != 0;
    for (int rank = 0; rank < topology.ranks(); rank++) {
      if (random.nextInt(3) == 0) {
        boolean dies = random.nextBoolean();
        int lost = dies ? topology.slotsPerRank() : random.nextInt(topology.slotsPerRank() + 1);
        if (lost <= spare) {
          ranks.usableSlots(rank, topology.slotsPerRank() - lost);
          spare -= lost;
        }
      }
      if (speeds && random.nextBoolean()) {
        ranks.speed(rank, speed(random));
      }
    }
    return of(topology, ranks.build(), random);
  }

  private static double speed(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0.5;
      case 1 -> random.nextBoolean() ? EpRanks.MIN_SPEED : EpRanks.MAX_SPEED;
      default -> 0.25 + 1.5 * random.nextDouble();
    };
  }

  private static EpTopology topology(SplittableRandom random) {
    int nodes = 1 + random.nextInt(3);
    int ranks = nodes * (1 + random.nextInt(4));
    int groups = 1 + random.nextInt(4);
    int experts = groups * (1 + random.nextInt(6));
    int least = (experts + ranks - 1) / ranks;
    int slots = least + random.nextInt(random.nextInt(5) == 0 ? experts + 2 : 3);
    return EpTopology.of(experts, ranks, nodes, groups, slots);
  }

  private static RandomShapes of(EpTopology topology, EpRanks ranks, SplittableRandom random) {
    int experts = topology.experts();
    int layers = 1 + random.nextInt(4);
    ExpertTable table =
        random.nextInt(3) == 0 && ranks.allSlotsUsable()
            ? ExpertTable.initial(layers, topology)
            : shuffled(topology, ranks, layers, random);
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
    return new RandomShapes(
        topology, ranks, table, ExpertWorkload.ofExpertLoads(table, loads), budget);
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
  private static ExpertTable shuffled(
      EpTopology topology, EpRanks ranks, int layers, SplittableRandom random) {
    int[] rows = new int[layers * topology.physicalExperts()];
    int[] held = new int[ranks.physicalUsable()];
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < held.length; slot++) {
        held[slot] = slot < topology.experts() ? slot : random.nextInt(topology.experts());
        int other = random.nextInt(slot + 1);
        int expert = held[slot];
        held[slot] = held[other];
        held[other] = expert;
      }
      int next = 0;
      for (int slot = 0; slot < topology.physicalExperts(); slot++) {
        boolean usable =
            ranks.usable(slot / topology.slotsPerRank(), slot % topology.slotsPerRank());
        rows[layer * topology.physicalExperts() + slot] = usable ? held[next++] : Placement.EMPTY;
      }
    }
    return ExpertTable.of(
        3,
        topology.experts(),
        Placement.of(layers, topology.ranks(), topology.slotsPerRank(), rows));
  }
}
