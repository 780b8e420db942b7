package io.eplb.core.balance;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.dispatch.LayerDispatch;
import org.jspecify.annotations.Nullable;

/**
 * Measures the rows of tables of one shape, one after another. Used by one thread.
 *
 * <p>Under the even dispatch a policy's shares replace the equal parts, and an expert that no slot
 * holds does not count. Under the others the engine divides the tokens itself.
 */
final class RowMeasure {
  private final EpRanks ranks;
  private final int experts;
  private final @Nullable LayerDispatch solver;

  RowMeasure(Dispatch dispatch, int experts, EpRanks ranks) {
    this.ranks = ranks;
    this.experts = experts;
    this.solver =
        dispatch == Dispatch.EVEN
            ? null
            : LayerDispatch.of(dispatch, ranks.ranks(), ranks.slotsPerRank(), experts);
  }

  /**
   * Measures a row.
   *
   * @param shares one per slot; null for equal parts
   */
  LayerBalance balance(int[] row, double[] loads, double @Nullable [] shares) {
    if (solver != null) {
      return solver.solve(row, loads, ranks).balance();
    }
    return shares == null
        ? LayerBalance.of(row, loads, ranks)
        : LayerBalance.of(row, loads, ranks, shares);
  }

  /**
   * As {@link #balance}, and writes the tokens that each rank gets.
   *
   * @param into one per rank
   */
  LayerBalance balance(int[] row, double[] loads, double @Nullable [] shares, double[] into) {
    LayerBalance balance = balance(row, loads, shares);
    if (solver == null) {
      sum(row, loads, shares, into);
    } else {
      solver.copyRankLoads(into);
    }
    return balance;
  }

  private void sum(int[] row, double[] loads, double @Nullable [] shares, double[] into) {
    int[] replicas = new int[experts];
    for (int expert : row) {
      if (expert != Placement.EMPTY) {
        replicas[expert]++;
      }
    }
    int slots = ranks.slotsPerRank();
    for (int rank = 0; rank < into.length; rank++) {
      double load = 0.0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        if (row[slot] != Placement.EMPTY) {
          double share = shares == null ? 1.0 / replicas[row[slot]] : shares[slot];
          load += share * loads[row[slot]];
        }
      }
      into[rank] = load;
    }
  }
}
