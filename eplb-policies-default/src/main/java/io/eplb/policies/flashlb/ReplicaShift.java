package io.eplb.policies.flashlb;

import java.util.Arrays;

/**
 * Moves one replica at a time into a block of experts or out of it: from the expert whose replicas
 * then bear the least risk to the expert whose replicas bear the most. Among equal ones the lower
 * index wins. Not safe for use by several threads; owns its scratch.
 */
final class ReplicaShift {
  private final LayerRisk risk;
  private final int mostReplicas;
  private final boolean[] inBlock;

  ReplicaShift(LayerRisk risk, int mostReplicas) {
    this.risk = risk;
    this.mostReplicas = mostReplicas;
    inBlock = new boolean[risk.means.length];
  }

  /** Makes the experts at {@code [from, to)} of a list the block. */
  void choose(int[] list, int from, int to) {
    Arrays.fill(inBlock, false);
    for (int place = from; place < to; place++) {
      inBlock[list[place]] = true;
    }
  }

  /**
   * Moves a replica.
   *
   * @param counts by expert, changed in place
   * @return whether there was one to move
   */
  boolean shift(int[] counts, boolean intoBlock) {
    int gainer = -1;
    int loser = -1;
    float most = -1f;
    float least = Float.POSITIVE_INFINITY;
    for (int expert = 0; expert < counts.length; expert++) {
      if (inBlock[expert] == intoBlock) {
        float share = risk.risks[expert] / counts[expert];
        if (counts[expert] < mostReplicas && share > most) {
          most = share;
          gainer = expert;
        }
      } else if (counts[expert] > 1) {
        float share = risk.risks[expert] / (counts[expert] - 1);
        if (share < least) {
          least = share;
          loser = expert;
        }
      }
    }
    if (gainer < 0 || loser < 0) {
      return false;
    }
    counts[gainer]++;
    counts[loser]--;
    return true;
  }
}
