package io.eplb.policies.ascend;

/** Decides the number of replicas of each expert. */
final class ReplicaCounts {
  private ReplicaCounts() {}

  /**
   * Gives {@code redundant} replicas, one at a time, to the expert with the largest load per
   * replica; equal ones: the higher index.
   *
   * <p>A share is multiplied by n ÷ (n + 1) with every replica rather than divided anew from the
   * load: this is the reference's rounding, and ties depend on it.
   *
   * @param loads loads per expert
   * @param redundant replicas beyond the first of each expert, at most experts × (most − 1)
   * @param most the most replicas of one expert, 1 or more
   * @param start the n of an expert's first extra replica: 1 if the two replicas share its load
   *     equally
   * @param share receives the load per replica
   * @param extra receives the replicas beyond the first
   */
  static void assign(
      double[] loads, int redundant, int most, int start, double[] share, int[] extra) {
    int experts = loads.length;
    for (int expert = 0; expert < experts; expert++) {
      share[expert] = loads[expert];
      extra[expert] = 0;
    }
    for (int given = 0; given < redundant; given++) {
      int hottest = -1;
      for (int expert = 0; expert < experts; expert++) {
        if (extra[expert] < most - 1 && (hottest < 0 || share[expert] >= share[hottest])) {
          hottest = expert;
        }
      }
      int replicas = extra[hottest]++ + start;
      share[hottest] = share[hottest] * replicas / (replicas + 1);
    }
  }
}
