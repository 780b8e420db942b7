package io.eplb.policies.incremental.ring;

import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.Arrays;

/**
 * The least possible load of the hottest rank of a row in which the replicas of every expert follow
 * each other on the ring: the greatest confined load ÷ capacity of an arc. It takes a step for
 * every arc, which is far less than a maximum flow along a ring.
 *
 * <p>What is confined to an arc is confined to it without its last rank, or without its first, or
 * spans it from end to end; what is confined to its inside counts once:
 *
 * <pre>confined(s, n) = confined(s, n−1) + confined(s+1, n−1) − confined(s+1, n−2) + spanning(s, n)
 * </pre>
 */
public final class RingPeak {
  /** The answer for a row with an expert whose replicas do not follow each other. */
  public static final double NO_RING = -1.0;

  private static final int NONE = -1;

  private final LivingRanks ranks;
  private final int count;

  // By expert: the run's first and last rank in the order of ranks, its length, the rank after a
  // gap, and the next expert with a run as long.
  private final int[] first;
  private final int[] last;
  private final int[] length;
  private final int[] afterGap;
  private final int[] next;

  /** The first expert of each length. */
  private final int[] ofLength;

  // By first rank of an arc: what is confined to the arcs of three lengths, and the capacity.
  private double[] confined;
  private double[] shorter;
  private double[] shortest;
  private final double[] capacity;

  /** Creates the memory for layers on the same ranks. */
  public RingPeak(LivingRanks ranks) {
    int experts = ranks.topology().experts();
    this.ranks = ranks;
    this.count = ranks.ranks();
    this.first = new int[experts];
    this.last = new int[experts];
    this.length = new int[experts];
    this.afterGap = new int[experts];
    this.next = new int[experts];
    this.ofLength = new int[count + 1];
    this.confined = new double[count];
    this.shorter = new double[count];
    this.shortest = new double[count];
    this.capacity = new double[count];
  }

  /**
   * Returns the least possible load of the hottest rank, relative to its capacity.
   *
   * @param row the experts of the usable slots; one that is on a rank twice counts there once
   * @param loads by expert
   * @return {@link #NO_RING} if the replicas of an expert do not follow each other
   */
  public double of(int[] row, double[] loads) {
    return findRuns(row) ? greatest(loads) : NO_RING;
  }

  private boolean findRuns(int[] row) {
    Arrays.fill(length, 0);
    Arrays.fill(afterGap, NONE);
    for (int rank = 0; rank < count; rank++) {
      for (int slot = ranks.from(rank); slot < ranks.from(rank + 1); slot++) {
        int expert = row[slot];
        if (length[expert] > 0 && last[expert] == rank) {
          continue;
        }
        if (length[expert] == 0) {
          first[expert] = rank;
        } else if (last[expert] != rank - 1) {
          if (afterGap[expert] != NONE) {
            return false;
          }
          afterGap[expert] = rank;
        }
        last[expert] = rank;
        length[expert]++;
      }
    }
    Arrays.fill(ofLength, NONE);
    for (int expert = 0; expert < length.length; expert++) {
      if (afterGap[expert] != NONE) {
        if (first[expert] != 0 || last[expert] != count - 1) {
          return false;
        }
        // The run goes on behind the last rank.
        first[expert] = afterGap[expert];
      }
      next[expert] = ofLength[length[expert]];
      ofLength[length[expert]] = expert;
    }
    return true;
  }

  private double greatest(double[] loads) {
    Arrays.fill(confined, 0.0);
    Arrays.fill(shorter, 0.0);
    Arrays.fill(capacity, 0.0);
    double greatest = ofAllRanks(loads);
    for (int arc = 1; arc < count; arc++) {
      double[] longer = shortest;
      shortest = shorter;
      shorter = confined;
      confined = longer;
      for (int start = 0; start < count; start++) {
        int after = start == count - 1 ? 0 : start + 1;
        confined[start] = shorter[start] + shorter[after] - shortest[after];
      }
      for (int expert = ofLength[arc]; expert != NONE; expert = next[expert]) {
        confined[first[expert]] += loads[expert];
      }
      int end = arc - 1;
      for (int start = 0; start < count; start++) {
        capacity[start] += ranks.capacity(end);
        greatest = Math.max(greatest, confined[start] / capacity[start]);
        end = end == count - 1 ? 0 : end + 1;
      }
    }
    return greatest;
  }

  private double ofAllRanks(double[] loads) {
    double load = 0.0;
    for (double expertLoad : loads) {
      load += expertLoad;
    }
    return load / count;
  }
}
