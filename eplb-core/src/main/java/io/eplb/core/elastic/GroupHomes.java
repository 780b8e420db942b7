package io.eplb.core.elastic;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * The nodes on which the expert groups of a layer live. A group lives on a node if all replicas of
 * its experts are there, as a hierarchical policy places them; its experts should not leave that
 * node without need. Kernel: trusts its arguments.
 */
final class GroupHomes {
  private static final int NONE = -1;
  private static final int UNSEEN = -2;

  private final int expertsPerGroup;
  private final int slotsPerNode;
  private final boolean nodesMatter;
  private final int[] homes;

  /** Creates the homes of a group of ranks; until {@link #find} no group has one. */
  GroupHomes(EpTopology topology) {
    this.expertsPerGroup = topology.expertsPerGroup();
    this.slotsPerNode = topology.ranksPerNode() * topology.slotsPerRank();
    this.nodesMatter = topology.hierarchical() && topology.nodes() > 1;
    this.homes = new int[topology.expertGroups()];
    Arrays.fill(homes, NONE);
  }

  /**
   * Finds the homes in a row.
   *
   * @param row ranks × slots experts, before anything is lost
   */
  void find(int[] row) {
    if (!nodesMatter) {
      return;
    }
    Arrays.fill(homes, UNSEEN);
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] != Placement.EMPTY) {
        int group = row[slot] / expertsPerGroup;
        int node = slot / slotsPerNode;
        homes[group] = homes[group] == UNSEEN || homes[group] == node ? node : NONE;
      }
    }
  }

  /** Returns whether an expert's group lives on a node. */
  boolean known(int expert) {
    return homes[expert / expertsPerGroup] >= 0;
  }

  /** Returns whether a physical slot is on the node of an expert's group, if that has one. */
  boolean suits(int expert, int slot) {
    int home = homes[expert / expertsPerGroup];
    return home < 0 || home == slot / slotsPerNode;
  }
}
