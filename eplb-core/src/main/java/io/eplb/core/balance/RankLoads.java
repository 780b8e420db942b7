package io.eplb.core.balance;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerBalance;
import io.eplb.core.argument.Require;

/**
 * The load of every rank in every layer of a table, as a multiple of the layer's mean: 1 is a rank
 * that does its part, and the greatest of a layer is its PAR. Immutable.
 *
 * <p>Example: of two ranks one has 30 tokens, the other 10. They have 1.5 and 0.5 times the mean.
 */
public final class RankLoads {
  private final int layers;
  private final int ranks;

  /** Layers × ranks multiples of the mean; NaN for a dead rank. */
  private final double[] multiples;

  private RankLoads(int layers, int ranks, double[] multiples) {
    this.layers = layers;
    this.ranks = ranks;
    this.multiples = multiples;
  }

  /**
   * Measures a table on ranks that may be slow, dead or short of slots; load ÷ speed stands for
   * load, as in {@link LayerBalance}.
   *
   * @param expertLoads layers × experts tokens, each finite and at least 0
   * @param ranks the ranks as they are
   * @param shares the part of its expert's traffic that each replica gets
   * @throws InvalidInputException as {@link BalanceReport#of(ExpertTable, double[], EpRanks)}
   */
  public static RankLoads of(
      ExpertTable table, double[] expertLoads, EpRanks ranks, TrafficShares shares) {
    BalanceReport.requireLoads(table, expertLoads);
    int experts = table.experts();
    RowMeasure measure = new RowMeasure(shares.dispatch(), experts, ranks);
    double[] multiples = new double[table.layers() * table.ranks()];
    int[] row = new int[table.physicalExperts()];
    double[] loads = new double[experts];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      System.arraycopy(expertLoads, layer * experts, loads, 0, experts);
      LayerBalance balance = measure.measure(row, loads, shares.given(layer));
      for (int rank = 0; rank < table.ranks(); rank++) {
        multiples[layer * table.ranks() + rank] =
            !ranks.living(rank)
                ? Double.NaN
                : balance.mean() >= Double.MIN_NORMAL
                    ? Math.min(
                        measure.rankLoad(rank) / ranks.speed(rank) / balance.mean(),
                        balance.peakToAverage())
                    : 1.0;
      }
    }
    return new RankLoads(table.layers(), table.ranks(), multiples);
  }

  /** Returns the number of layers. */
  public int layers() {
    return layers;
  }

  /** Returns the number of ranks, the dead ones included. */
  public int ranks() {
    return ranks;
  }

  /**
   * Returns the load of a rank as a multiple of the layer's mean; 1 in an idle layer, NaN for a
   * dead rank.
   *
   * @throws InvalidInputException if there is no such layer or rank
   */
  public double of(int layer, int rank) {
    Require.index("layer", layer, layers);
    Require.index("rank", rank, ranks);
    return multiples[layer * ranks + rank];
  }

  /** Returns the living rank with the most load in a layer, the first one among equals. */
  public int hottest(int layer) {
    return extreme(layer, 1);
  }

  /** Returns the living rank with the least load in a layer, the first one among equals. */
  public int coldest(int layer) {
    return extreme(layer, -1);
  }

  private int extreme(int layer, int sign) {
    int found = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int rank = 0; rank < ranks; rank++) {
      if (sign * of(layer, rank) > most) {
        most = sign * of(layer, rank);
        found = rank;
      }
    }
    return found;
  }
}
