package io.eplb.api.kit;

import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One call of a policy and what came of it: an answer, or null if it gave null or threw.
 *
 * @param number 0 for the first call of a scenario
 * @param inputUntouched whether the policy left the table and the workload that it got as they were
 */
record Call(
    Scenario scenario,
    int number,
    ExpertTable table,
    ExpertWorkload workload,
    @Nullable Rebalance answer,
    @Nullable Throwable thrown,
    boolean inputUntouched) {
  private static final int LARGEST_SHOWN = 64;

  /** Returns the answer if the core could look into it: it is there and has the right shape. */
  @Nullable Rebalance usableAnswer() {
    Rebalance given = answer;
    return given != null && sameShape(given.newPlacement()) ? given : null;
  }

  private boolean sameShape(Placement placement) {
    return placement.layers() == table.layers()
        && placement.ranks() == table.ranks()
        && placement.slotsPerRank() == table.slotsPerRank();
  }

  /** Returns whether the policy answered in a wrong shape. */
  boolean misshapen() {
    return answer != null && !sameShape(answer.newPlacement());
  }

  /** Says what came of it, for people. */
  String outcome() {
    return thrown == null ? String.valueOf(answer) : thrown.toString();
  }

  /** Shows a layer for people: what it held, what it was asked to carry, and what was proposed. */
  String shown(int layer) {
    if (table.physicalExperts() > LARGEST_SHOWN || table.experts() > LARGEST_SHOWN) {
      return "layer " + layer + " is too large to be shown";
    }
    double[] loads = new double[table.experts()];
    workload.expertLoads(table, layer, loads, 0);
    Rebalance usable = usableAnswer();
    return "layer "
        + layer
        + " held "
        + row(table.placement(), layer)
        + ", expert loads "
        + Arrays.toString(loads)
        + (usable == null ? "" : ", proposed " + row(usable.newPlacement(), layer));
  }

  private static String row(Placement placement, int layer) {
    StringBuilder row = new StringBuilder("[");
    for (int rank = 0; rank < placement.ranks(); rank++) {
      row.append(rank == 0 ? "" : " |");
      for (int slot = 0; slot < placement.slotsPerRank(); slot++) {
        row.append(rank + slot == 0 ? "" : " ").append(placement.expertAt(layer, rank, slot));
      }
    }
    return row.append("]").toString();
  }
}
