package io.eplb.core.elastic;

import io.eplb.api.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Collects the writes that turn rows into others, in an order in which every expert always has a
 * slot, with their sources.
 *
 * <p>In each layer, experts that no rank holds come first, from the checkpoint; then copies from
 * rank to rank; last the experts that change their slot within a rank, since they may overwrite an
 * expert that was the last of its kind before the copies. Among each, the lowest slot comes first.
 * The source is the holder on the same node, else any, that has sent the least so far over all
 * layers; of equals, the lowest rank.
 */
final class ReloadList {
  private final LayerRow work;
  private final int ranksPerNode;
  private final int[] sends;
  private final List<Reload> reloads = new ArrayList<>();

  /**
   * Creates an empty list.
   *
   * @param work memory for the row between two writes
   * @param ranksPerNode the ranks of a node, which are consecutive
   */
  ReloadList(LayerRow work, int ranksPerNode) {
    this.work = work;
    this.ranksPerNode = ranksPerNode;
    this.sends = new int[work.ranks()];
  }

  /**
   * Adds the writes of one layer.
   *
   * @param before the row in which sources are looked up, EMPTY where weights are gone
   * @param after the row to reach; what is EMPTY in it is not written
   * @return the writes that are copies from another rank or the checkpoint
   */
  int add(int layer, int[] before, int[] after) {
    work.start(before, 0, new double[0], 0);
    int copies = 0;
    for (int slot = 0; slot < after.length; slot++) {
      if (after[slot] != Placement.EMPTY && work.count(after[slot]) == 0) {
        append(layer, slot, after[slot], Reload.CHECKPOINT);
        copies++;
      }
    }
    for (int slot = 0; slot < after.length; slot++) {
      if (pending(slot, after) && !held(slot, before, after[slot])) {
        int source = source(slot / work.slots(), after[slot]);
        sends[source]++;
        append(layer, slot, after[slot], source);
        copies++;
      }
    }
    for (int slot = 0; slot < after.length; slot++) {
      if (pending(slot, after)) {
        append(layer, slot, after[slot], slot / work.slots());
      }
    }
    return copies;
  }

  List<Reload> reloads() {
    return Collections.unmodifiableList(reloads);
  }

  private boolean pending(int slot, int[] after) {
    return after[slot] != Placement.EMPTY && after[slot] != work.at(slot);
  }

  /** Returns whether the rank of a slot held an expert before. */
  private boolean held(int slot, int[] before, int expert) {
    int base = slot - slot % work.slots();
    for (int other = base; other < base + work.slots(); other++) {
      if (before[other] == expert) {
        return true;
      }
    }
    return false;
  }

  private int source(int rank, int expert) {
    int best = Reload.CHECKPOINT;
    boolean bestNear = false;
    for (int slot = work.firstHolder(expert); slot != LayerRow.NONE; slot = work.nextHolder(slot)) {
      int holder = slot / work.slots();
      boolean near = holder / ranksPerNode == rank / ranksPerNode;
      if (best == Reload.CHECKPOINT || (near == bestNear ? sends[holder] < sends[best] : near)) {
        best = holder;
        bestNear = near;
      }
    }
    return best;
  }

  private void append(int layer, int slot, int expert, int source) {
    int replaced = work.write(slot, expert);
    reloads.add(
        new Reload(layer, slot / work.slots(), slot % work.slots(), expert, replaced, source));
  }
}
