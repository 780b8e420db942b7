package io.eplb.api.dispatch;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import io.eplb.api.RandomRows;
import java.util.Arrays;
import java.util.Random;

/**
 * A layer drawn at random: dead ranks, unequal speeds, zero loads and duplicates on a rank occur.
 */
final class RandomLayer {
  final int experts;
  final EpRanks ranks;
  final int[] row;
  final double[] loads;

  RandomLayer(EpRanks ranks, int[] row, double[] loads) {
    this.experts = loads.length;
    this.ranks = ranks;
    this.row = row;
    this.loads = loads;
  }

  /** Draws a layer of at most so many ranks and slots per rank. */
  static RandomLayer draw(Random random, int mostRanks, int mostSlots) {
    int ranks = 1 + random.nextInt(mostRanks);
    int slots = 1 + random.nextInt(mostSlots);
    int dead = random.nextInt(4) == 0 ? random.nextInt(ranks) : 0;
    int usable = (ranks - dead) * slots;
    int experts = 1 + random.nextInt(usable);
    EpRanks.Builder builder = EpRanks.builder(EpTopology.of(experts, ranks, 1, 1, slots));
    boolean unequal = random.nextBoolean();
    int[] living = RandomRows.withEveryExpert(experts, usable, random);
    int[] row = new int[ranks * slots];
    Arrays.fill(row, Placement.EMPTY);
    int next = 0;
    for (int rank = 0; rank < ranks; rank++) {
      if (unequal) {
        builder.speed(rank, speed(random));
      }
      if (rank < dead) {
        builder.usableSlots(rank, 0);
      } else {
        System.arraycopy(living, next, row, rank * slots, slots);
        next += slots;
      }
    }
    return new RandomLayer(builder.build(), row, loads(experts, random));
  }

  /** Draws a layer of exactly this shape on nominal ranks, with uneven loads. */
  static RandomLayer large(Random random, int ranks, int slots, int experts) {
    EpTopology topology = EpTopology.of(experts, ranks, 1, 1, slots);
    double[] loads = new double[experts];
    Arrays.setAll(loads, expert -> Math.rint(1000 * Math.exp(1.5 * random.nextGaussian())));
    return new RandomLayer(
        EpRanks.nominal(topology),
        RandomRows.withEveryExpert(experts, ranks * slots, random),
        loads);
  }

  private static double speed(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> 1.0;
      case 1 -> 0.5 + random.nextDouble();
      default -> Math.pow(10, 3 - 6 * random.nextDouble());
    };
  }

  private static double[] loads(int experts, Random random) {
    int kind = random.nextInt(4);
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] =
          switch (kind) {
            case 0 -> random.nextInt(4);
            case 1 -> 100;
            case 2 -> 1000 * Math.exp(2 * random.nextGaussian());
            default -> random.nextDouble();
          };
    }
    return loads;
  }

  LayerDispatch solve(Dispatch dispatch) {
    return LayerDispatch.of(dispatch, ranks.ranks(), ranks.slotsPerRank(), experts)
        .solve(row, loads, ranks);
  }

  /** Returns the greatest load ÷ speed of a rank when slots get these parts. */
  double peak(double[] shares) {
    double[] rankLoads = new double[ranks.ranks()];
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] != Placement.EMPTY) {
        rankLoads[slot / ranks.slotsPerRank()] += shares[slot] * loads[row[slot]];
      }
    }
    return peakOf(rankLoads);
  }

  private double peakOf(double[] rankLoads) {
    double peak = 0;
    for (int rank = 0; rank < rankLoads.length; rank++) {
      peak = Math.max(peak, rankLoads[rank] / ranks.speed(rank));
    }
    return peak;
  }

  /**
   * Returns the greatest load ÷ speed that a replicated expert alone makes at one of its places.
   */
  double heaviestReplicated() {
    int[] first = new int[experts];
    Arrays.fill(first, -1);
    double heaviest = 0;
    for (int slot = 0; slot < row.length; slot++) {
      int rank = slot / ranks.slotsPerRank();
      if (row[slot] == Placement.EMPTY) {
        continue;
      }
      if (first[row[slot]] >= 0 && first[row[slot]] != rank) {
        double load = loads[row[slot]];
        heaviest = Math.max(heaviest, load / ranks.speed(rank));
        heaviest = Math.max(heaviest, load / ranks.speed(first[row[slot]]));
      } else {
        first[row[slot]] = rank;
      }
    }
    return heaviest;
  }

  /** Returns the least peak of all choices of one slot for each expert. */
  double bestSinglePeak() {
    return best(0, new double[ranks.ranks()], Double.POSITIVE_INFINITY);
  }

  private double best(int expert, double[] rankLoads, double bound) {
    if (expert == experts) {
      return Math.min(bound, peakOf(rankLoads));
    }
    double best = bound;
    int tried = -1;
    for (int slot = 0; slot < row.length; slot++) {
      int rank = slot / ranks.slotsPerRank();
      if (row[slot] == expert && rank != tried) {
        tried = rank;
        double before = rankLoads[rank];
        rankLoads[rank] += loads[expert];
        if (rankLoads[rank] / ranks.speed(rank) < best) {
          best = best(expert + 1, rankLoads, best);
        }
        rankLoads[rank] = before;
      }
    }
    return best;
  }

  /**
   * Takes an expert that has load from all of its slots; another expert gets them.
   *
   * @return false if there is no such expert, or no other
   */
  boolean loseAnExpert(Random random) {
    int lost = random.nextInt(experts);
    if (experts == 1 || loads[lost] == 0) {
      return false;
    }
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] == lost) {
        row[slot] = (lost + 1) % experts;
      }
    }
    return true;
  }
}
