package io.eplb.core.engines;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A plain placement of one layer, which the policies of this package share. */
final class Greedy {
  private Greedy() {}

  /**
   * Gives every expert a slot and the spare slots to the hottest experts, and places replicas,
   * heaviest first, on the rank with the least load ÷ speed that has room and does not hold the
   * expert.
   *
   * @param loads by expert
   * @param usable slots by rank; no more than experts on any rank
   * @param speeds by rank
   * @return ranks × slots experts, −1 in slots that cannot be used
   */
  static int[] place(double[] loads, int slotsPerRank, int[] usable, double[] speeds) {
    int experts = loads.length;
    int living = (int) Arrays.stream(usable).filter(slots -> slots > 0).count();
    int[] replicas = new int[experts];
    Arrays.fill(replicas, 1);
    for (int spare = Arrays.stream(usable).sum() - experts; spare > 0; spare--) {
      int hottest = -1;
      for (int expert = 0; expert < experts; expert++) {
        if (replicas[expert] < living
            && (hottest < 0
                || loads[expert] / replicas[expert] > loads[hottest] / replicas[hottest])) {
          hottest = expert;
        }
      }
      replicas[hottest]++;
    }
    // The experts with most replicas first: they have the least choice of ranks.
    int[] order =
        IntStream.range(0, experts)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(expert -> -replicas[expert])
                    .thenComparingDouble(expert -> -loads[expert] / replicas[expert]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] row = new int[usable.length * slotsPerRank];
    Arrays.fill(row, -1);
    int[] held = new int[usable.length];
    double[] rankLoads = new double[usable.length];
    for (int expert : order) {
      double share = loads[expert] / replicas[expert];
      boolean[] holds = new boolean[usable.length];
      for (int replica = 0; replica < replicas[expert]; replica++) {
        int best = -1;
        for (int rank = 0; rank < usable.length; rank++) {
          if (held[rank] < usable[rank]
              && !holds[rank]
              && (best < 0
                  || (rankLoads[rank] + share) / speeds[rank]
                      < (rankLoads[best] + share) / speeds[best])) {
            best = rank;
          }
        }
        if (best < 0) {
          throw new IllegalStateException("no rank is left for a replica of expert " + expert);
        }
        row[best * slotsPerRank + held[best]++] = expert;
        holds[best] = true;
        rankLoads[best] += share;
      }
    }
    return row;
  }
}
