package io.eplb.core.balance;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.dispatch.LayerDispatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Measures the rows of tables of one shape, one after another, and answers for the last one. Used
 * by one thread.
 */
final class RowMeasure {
  private static final double PEAK_TOLERANCE = 1e-12;

  private final EpRanks ranks;
  private final LayerDispatch solver;
  private final double[] shares;
  private final double[] rankLoads;
  private final boolean[] tight;

  RowMeasure(Dispatch dispatch, int experts, EpRanks ranks) {
    this.ranks = ranks;
    this.solver = LayerDispatch.of(dispatch, ranks.ranks(), ranks.slotsPerRank(), experts);
    this.shares = new double[ranks.ranks() * ranks.slotsPerRank()];
    this.rankLoads = new double[ranks.ranks()];
    this.tight = new boolean[ranks.ranks()];
  }

  /**
   * Measures a row.
   *
   * @param given one share per slot, which a policy gave; null for those of the dispatch
   */
  LayerBalance measure(int[] row, double[] loads, double @Nullable [] given) {
    if (given != null) {
      return measureGiven(row, loads, given);
    }
    solver.solve(row, loads, ranks);
    solver.copyShares(shares);
    solver.copyRankLoads(rankLoads);
    for (int rank = 0; rank < tight.length; rank++) {
      tight[rank] = solver.tight(rank);
    }
    return solver.balance();
  }

  private LayerBalance measureGiven(int[] row, double[] loads, double[] given) {
    LayerBalance balance = LayerBalance.of(row, loads, ranks, given);
    System.arraycopy(given, 0, shares, 0, shares.length);
    Arrays.fill(rankLoads, 0.0);
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] != Placement.EMPTY) {
        rankLoads[slot / ranks.slotsPerRank()] += given[slot] * loads[row[slot]];
      }
    }
    for (int rank = 0; rank < tight.length; rank++) {
      tight[rank] =
          !balance.idle()
              && ranks.living(rank)
              && rankLoads[rank] / ranks.speed(rank) >= balance.peak() * (1 - PEAK_TOLERANCE);
    }
    return balance;
  }

  /** Returns the part of its expert's tokens that a slot gets. */
  double share(int slot) {
    return shares[slot];
  }

  /** Returns the tokens that a rank gets. */
  double rankLoad(int rank) {
    return rankLoads[rank];
  }

  /** Returns whether a rank is one of those that decide the peak. */
  boolean tight(int rank) {
    return tight[rank];
  }
}
