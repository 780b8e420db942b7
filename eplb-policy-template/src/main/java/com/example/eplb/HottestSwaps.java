package com.example.eplb;

import io.eplb.api.Deadline;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import java.util.Arrays;

/**
 * The swaps of experts of one layer: one worker's memory, allocated once and used for layer after
 * layer. The caller fills {@link #row} and {@link #loads}; everything else is derived from them
 * anew, so that a layer's result does not depend on the layer before (rule P7).
 */
final class HottestSwaps {
  /** Time to hand over what there is: an answer after the deadline is worth nothing (rule P8). */
  private static final long RESERVE_NANOS = 5_000_000;

  /** The layer's experts, rank by rank: read and changed. */
  final int[] row;

  /** The layer's load by expert: read. */
  final double[] loads;

  private final EpRanks epRanks;
  private final int ranks;
  private final int slots;
  private final int maxMoves;
  private final int maxReceived;
  private final Deadline deadline;
  private final int[] replicas;
  private final double[] shares;
  private final double[] rankLoads;
  private final int[] received;
  private final int[] lastRank;

  HottestSwaps(PolicyContext context) {
    EpTopology topology = context.topology();
    MigrationBudget budget = context.migrationBudget();
    epRanks = context.ranks();
    ranks = topology.ranks();
    slots = topology.slotsPerRank();
    maxMoves = limit(budget.maxMovesPerLayer());
    maxReceived = limit(budget.maxMovesPerRank());
    deadline = context.deadline();
    row = new int[topology.physicalExperts()];
    loads = new double[topology.experts()];
    replicas = new int[topology.experts()];
    shares = new double[topology.experts()];
    rankLoads = new double[ranks];
    received = new int[ranks];
    lastRank = new int[topology.experts()];
  }

  /** In a budget, 0 stands for no limit. */
  private static int limit(int moves) {
    return moves == 0 ? Integer.MAX_VALUE : moves;
  }

  /**
   * Swaps until the layer is even enough, no swap helps, or one of the limits is reached.
   *
   * @return by which part the load ÷ speed of the hottest rank has fallen, 0 to 1
   */
  double run(int maxSwaps, double threshold) {
    if (hasDuplicate()) {
      return 0.0;
    }
    measure();
    double mean = Arrays.stream(loads).sum() / epRanks.totalSpeed();
    double before = rankLoads[hottest()];
    int moves = 0;
    for (int swap = 0; swap < maxSwaps; swap++) {
      int hottest = hottest();
      // A swap moves two experts, one to each rank. An expert that comes home is counted too, so
      // that this may stop early, but the budget is never exceeded (rule P6).
      if (rankLoads[hottest] <= threshold * mean
          || moves > maxMoves - 2
          || received[hottest] == maxReceived
          || deadline.remainingNanos() < RESERVE_NANOS
          || !swapBest(hottest)) {
        break;
      }
      moves += 2;
    }
    // A swap relieves one rank, and another may be as hot: such a layer has gained nothing.
    return before == 0.0 ? 0.0 : Math.max(0.0, 1.0 - rankLoads[hottest()] / before);
  }

  /**
   * A table in force may have an expert twice on a rank. The core would refuse the changed layer
   * for it (rule P4), and swaps do not get rid of it: such a layer is not for this policy.
   */
  private boolean hasDuplicate() {
    Arrays.fill(lastRank, -1);
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] == Placement.EMPTY) {
        continue;
      }
      if (lastRank[row[slot]] == slot / slots) {
        return true;
      }
      lastRank[row[slot]] = slot / slots;
    }
    return false;
  }

  private void measure() {
    Arrays.fill(received, 0);
    Arrays.fill(replicas, 0);
    for (int expert : row) {
      // A slot that its rank cannot use stays EMPTY (rule P2): it is neither read nor written.
      if (expert != Placement.EMPTY) {
        replicas[expert]++;
      }
    }
    for (int expert = 0; expert < shares.length; expert++) {
      shares[expert] = loads[expert] / replicas[expert];
    }
    for (int rank = 0; rank < ranks; rank++) {
      measure(rank);
    }
  }

  /**
   * Measures a rank by its load ÷ speed: a rank at half speed is as hot as one with twice the load.
   * Adds up again rather than add and subtract, so that rounding errors do not pile up.
   */
  private void measure(int rank) {
    double load = 0.0;
    for (int slot = rank * slots; slot < end(rank); slot++) {
      load += shares[row[slot]];
    }
    rankLoads[rank] = load / epRanks.speed(rank);
  }

  /** The slot after the last one that a rank can use; a dead rank can use none. */
  private int end(int rank) {
    return rank * slots + epRanks.usableSlots(rank);
  }

  /** Among equals the lowest rank: a rule for every tie makes answers repeatable (rule P7). */
  private int hottest() {
    int hottest = 0;
    for (int rank = 1; rank < ranks; rank++) {
      if (rankLoads[rank] > rankLoads[hottest]) {
        hottest = rank;
      }
    }
    return hottest;
  }

  /** Makes the swap that leaves the hotter one of its two ranks coolest, if it helps at all. */
  private boolean swapBest(int hottest) {
    double bestPeak = rankLoads[hottest];
    int bestGiven = -1;
    int bestTaken = -1;
    for (int given = hottest * slots; given < end(hottest); given++) {
      for (int taken = 0; taken < row.length; taken++) {
        int other = taken / slots;
        if (other == hottest || row[taken] == Placement.EMPTY) {
          continue;
        }
        double shift = shares[row[given]] - shares[row[taken]];
        double peak =
            Math.max(
                rankLoads[hottest] - shift / epRanks.speed(hottest),
                rankLoads[other] + shift / epRanks.speed(other));
        if (peak < bestPeak
            && received[other] < maxReceived
            && !holds(other, row[given])
            && !holds(hottest, row[taken])) {
          bestPeak = peak;
          bestGiven = given;
          bestTaken = taken;
        }
      }
    }
    if (bestGiven < 0) {
      return false;
    }
    swap(bestGiven, bestTaken);
    return true;
  }

  private void swap(int slot, int otherSlot) {
    int expert = row[slot];
    row[slot] = row[otherSlot];
    row[otherSlot] = expert;
    exchanged(slot / slots);
    exchanged(otherSlot / slots);
  }

  private void exchanged(int rank) {
    measure(rank);
    received[rank]++;
  }

  /** A second replica on one rank would only waste memory (rule P4). */
  private boolean holds(int rank, int expert) {
    for (int slot = rank * slots; slot < end(rank); slot++) {
      if (row[slot] == expert) {
        return true;
      }
    }
    return false;
  }
}
