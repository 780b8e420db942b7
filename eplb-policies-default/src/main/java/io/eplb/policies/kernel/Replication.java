package io.eplb.policies.kernel;

/**
 * Decides the number of replicas of each expert, as DeepSeek's EPLB does ({@code replicate_experts}
 * in {@code eplb.py}, deepseek-ai/EPLB at d52c72d): every expert gets one, and each further slot
 * goes to the expert with the largest load per replica so far. This minimises the largest load per
 * replica.
 *
 * <p>Loads per replica are single-precision quotients; among equal ones the lower index wins.
 */
public final class Replication {
  private Replication() {}

  /**
   * Replicates the experts {@code [from, from + experts)} of {@code loads} onto slots.
   *
   * @param loads loads by expert
   * @param slots {@code experts} to {@code experts × most}
   * @param most the most replicas that one expert may get
   * @param counts result: replicas by expert, counted from 0 = {@code from}
   * @param expertOf result: expert of each of the slots; slot i holds expert i for i below {@code
   *     experts}, and an expert's replicas are numbered in the order of its slots
   * @param tree scratch of {@link TournamentTree#length} for {@code experts}
   */
  public static void replicate(
      float[] loads,
      int from,
      int experts,
      int slots,
      int most,
      int[] counts,
      int[] expertOf,
      long[] tree) {
    for (int expert = 0; expert < experts; expert++) {
      counts[expert] = 1;
      expertOf[expert] = expert;
    }
    if (slots == experts) {
      return;
    }
    int leaves = TournamentTree.leaves(experts);
    for (int expert = 0; expert < experts; expert++) {
      tree[leaves + expert] = WeightKey.of(loads[from + expert], expert);
    }
    TournamentTree.play(tree, leaves, experts);
    for (int slot = experts; slot < slots; slot++) {
      int hottest = WeightKey.index(tree[TournamentTree.ROOT]);
      expertOf[slot] = hottest;
      counts[hottest]++;
      long key =
          counts[hottest] == most
              ? TournamentTree.OUT
              : WeightKey.of(loads[from + hottest] / counts[hottest], hottest);
      TournamentTree.replay(tree, leaves, hottest, key);
    }
  }
}
