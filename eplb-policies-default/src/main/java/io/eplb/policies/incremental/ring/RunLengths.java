package io.eplb.policies.incremental.ring;

import io.eplb.policies.kernel.TournamentTree;
import io.eplb.policies.kernel.WeightKey;
import java.util.Arrays;

/**
 * The number of ranks of each expert's run along a ring. Every expert has one, and each further
 * slot of a part goes to the expert with the greatest load per rank so far, as in DeepSeek's EPLB,
 * as long as that is far above the load of an average slot. The slots that are left make as many
 * experts as possible shared, since these absorb what cannot be foreseen: they go to the expert
 * with the greatest load ÷ ranks².
 */
final class RunLengths {
  private final int[] length;
  private final long[] tree;

  RunLengths(int experts) {
    this.length = new int[experts];
    this.tree = new long[TournamentTree.length(experts)];
  }

  /**
   * Chooses the lengths of a layer.
   *
   * @param loads loads by expert
   * @param large the load per rank above which a run is made longer first
   * @param partOf the part of each expert
   * @param spare the slots by part that remain if every expert has one; used up
   * @param partSize the most ranks of a run, by part
   */
  void choose(double[] loads, double large, int[] partOf, int[] spare, int[] partSize) {
    Arrays.fill(length, 1);
    lengthen(loads, false, large, partOf, spare, partSize);
    lengthen(loads, true, 0.0, partOf, spare, partSize);
  }

  private void lengthen(
      double[] loads, boolean squares, double above, int[] partOf, int[] spare, int[] partSize) {
    int experts = length.length;
    int leaves = TournamentTree.leaves(experts);
    for (int expert = 0; expert < experts; expert++) {
      tree[leaves + expert] =
          key(loads, expert, squares, spare[partOf[expert]], partSize[partOf[expert]]);
    }
    TournamentTree.play(tree, leaves, experts);
    while (tree[TournamentTree.ROOT] != TournamentTree.OUT
        && WeightKey.weight(tree[TournamentTree.ROOT]) >= above) {
      int hottest = WeightKey.index(tree[TournamentTree.ROOT]);
      int part = partOf[hottest];
      if (spare[part] > 0) {
        spare[part]--;
        length[hottest]++;
      }
      TournamentTree.replay(
          tree, leaves, hottest, key(loads, hottest, squares, spare[part], partSize[part]));
    }
  }

  private long key(double[] loads, int expert, boolean squares, int spare, int most) {
    if (spare == 0 || length[expert] == most) {
      return TournamentTree.OUT;
    }
    double perRank = loads[expert] / length[expert];
    return WeightKey.of((float) (squares ? perRank / length[expert] : perRank), expert);
  }

  /** Returns the number of ranks of an expert. */
  int of(int expert) {
    return length[expert];
  }
}
