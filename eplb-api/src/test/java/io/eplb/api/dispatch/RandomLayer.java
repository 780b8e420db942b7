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
}
