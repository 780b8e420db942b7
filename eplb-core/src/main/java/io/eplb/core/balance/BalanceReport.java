package io.eplb.core.balance;

import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LayerBalance;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.argument.Require;

/**
 * The balance of every layer of a table under one load. Immutable.
 *
 * @see LayerBalance the definition of PAR
 */
public final class BalanceReport {
  private final double[] peakToAverage;
  private final int idleLayers;

  private BalanceReport(double[] peakToAverage, int idleLayers) {
    this.peakToAverage = peakToAverage;
    this.idleLayers = idleLayers;
  }

  /**
   * Measures a table on ranks of equal speed; a rank whose slots are all EMPTY is dead.
   *
   * @param expertLoads layers × experts tokens, each finite and at least 0
   * @throws InvalidInputException if the length is not layers × experts or a load is not finite or
   *     below 0
   */
  public static BalanceReport of(ExpertTable table, double[] expertLoads) {
    return of(expertLoads, table, (layer, loads) -> LayerBalance.of(table, layer, loads));
  }

  /**
   * Measures a table on ranks that are slow, dead or short of slots.
   *
   * @param expertLoads layers × experts tokens, each finite and at least 0
   * @param ranks the ranks as they are
   * @throws InvalidInputException as {@link #of(ExpertTable, double[])}, and if the ranks do not
   *     have the table's shape or an expert is on a slot that its rank cannot use
   */
  public static BalanceReport of(ExpertTable table, double[] expertLoads, EpRanks ranks) {
    return of(expertLoads, table, (layer, loads) -> LayerBalance.of(table, layer, loads, ranks));
  }

  /**
   * As {@link #of(ExpertTable, double[], EpRanks)}, where replicas get given shares of the traffic,
   * or those that a dispatch gives them.
   *
   * @throws InvalidInputException as there
   */
  public static BalanceReport of(
      ExpertTable table, double[] expertLoads, EpRanks ranks, TrafficShares shares) {
    int[] row = new int[table.physicalExperts()];
    RowMeasure measure = new RowMeasure(shares.dispatch(), table.experts(), ranks);
    return of(
        expertLoads,
        table,
        (layer, loads) -> {
          table.copyLayer(layer, row, 0);
          return measure.measure(row, loads, shares.given(layer));
        });
  }

  /** Measures one layer from its expert loads. */
  @FunctionalInterface
  private interface LayerMeasure {
    LayerBalance of(int layer, double[] loads);
  }

  private static BalanceReport of(double[] expertLoads, ExpertTable table, LayerMeasure measure) {
    requireLoads(table, expertLoads);
    int experts = table.experts();
    double[] ratios = new double[table.layers()];
    double[] loads = new double[experts];
    int idle = 0;
    for (int layer = 0; layer < ratios.length; layer++) {
      System.arraycopy(expertLoads, layer * experts, loads, 0, experts);
      LayerBalance balance = measure.of(layer, loads);
      ratios[layer] = balance.peakToAverage();
      idle += balance.idle() ? 1 : 0;
    }
    return new BalanceReport(ratios, idle);
  }

  static void requireLoads(ExpertTable table, double[] expertLoads) {
    long expected = (long) table.layers() * table.experts();
    if (expertLoads.length != expected) {
      throw new InvalidInputException(
          "I1: the report is given %s; %s need %s"
              .formatted(
                  Counted.of(expertLoads.length, "expert load"),
                  Shape.loads(table.layers(), table.experts()),
                  expected));
    }
  }

  /** Returns the number of layers. */
  public int layers() {
    return peakToAverage.length;
  }

  /** Returns one layer's PAR, 1 or more. */
  public double peakToAverage(int layer) {
    Require.index("layer", layer, peakToAverage.length);
    return peakToAverage[layer];
  }

  /** Returns the number of layers without any load; their PAR counts as 1. */
  public int idleLayers() {
    return idleLayers;
  }

  /** Returns PAR over the layers. */
  public BalanceSummary summary() {
    return BalanceSummary.of(peakToAverage);
  }
}
