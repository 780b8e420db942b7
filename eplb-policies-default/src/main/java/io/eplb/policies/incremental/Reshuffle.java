package io.eplb.policies.incremental;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.PolicyContext;
import io.eplb.policies.kernel.LayerPlacement;
import io.eplb.policies.kernel.NodeShape;
import java.util.Arrays;

/**
 * The placement that the policy {@code default} makes from scratch: what a plan without limits must
 * not be worse than. Its ranks are renumbered so that few experts move.
 */
final class Reshuffle {
  private static final int NOT_MATCHED = -1;

  /** Layers × slots. */
  private final int[] rows;

  private Reshuffle(int[] rows) {
    this.rows = rows;
  }

  /** Places all layers from scratch, in the caller's time; an idle layer keeps its row. */
  static Reshuffle of(ExpertTable table, ExpertWorkload workload, PolicyContext context) {
    LayerPlacement fresh = new LayerPlacement(shape(context.topology()), false);
    int slots = table.physicalExperts();
    int[] rows = new int[table.layers() * slots];
    int[] row = new int[slots];
    double[] loads = new double[table.experts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      workload.expertLoads(table, layer, loads, 0);
      if (!fresh.place(loads, row)) {
        table.copyLayer(layer, row, 0);
      }
      System.arraycopy(row, 0, rows, layer * slots, slots);
    }
    return new Reshuffle(rows);
  }

  private static NodeShape shape(EpTopology topology) {
    return NodeShape.of(
        topology.experts(),
        topology.expertGroups(),
        topology.ranks(),
        topology.nodes(),
        topology.slotsPerRank());
  }

  /**
   * Copies a layer's row with its ranks in the order that keeps most experts: greedily, the pairs
   * with most in common first, of equals the lower new rank, then the lower current one.
   *
   * @param current the row in force
   * @param slots slots of a rank
   * @param row receives the row
   */
  void copyAligned(int layer, int[] current, int slots, int experts, int[] row) {
    int ranks = current.length / slots;
    int first = layer * current.length;
    int[] fresh = Arrays.copyOfRange(rows, first, first + current.length);
    int[] common = common(fresh, current, slots, experts);
    int[] place = new int[ranks];
    boolean[] taken = new boolean[ranks];
    Arrays.fill(place, NOT_MATCHED);
    for (int level = slots; level >= 0; level--) {
      for (int pair = 0; pair < common.length; pair++) {
        int from = pair / ranks;
        int to = pair % ranks;
        if (common[pair] == level && place[from] == NOT_MATCHED && !taken[to]) {
          place[from] = to;
          taken[to] = true;
          System.arraycopy(fresh, from * slots, row, to * slots, slots);
        }
      }
    }
  }

  /** How many slots of each new rank hold what each current rank holds, new rank by new rank. */
  private static int[] common(int[] fresh, int[] current, int slots, int experts) {
    int ranks = current.length / slots;
    int[] common = new int[ranks * ranks];
    boolean[] held = new boolean[experts];
    for (int to = 0; to < ranks; to++) {
      Arrays.fill(held, false);
      for (int slot = to * slots; slot < (to + 1) * slots; slot++) {
        held[current[slot]] = true;
      }
      for (int slot = 0; slot < fresh.length; slot++) {
        common[slot / slots * ranks + to] += held[fresh[slot]] ? 1 : 0;
      }
    }
    return common;
  }
}
