package io.eplb.cli.reports;

import io.eplb.core.balance.BalanceSummary;

/** PAR over layers in every report: mean, p95 and maximum. */
final class BalanceFigures {
  private BalanceFigures() {}

  static JsonObject json(BalanceSummary par) {
    return new JsonObject().with("mean", par.mean()).with("p95", par.p95()).with("max", par.max());
  }

  /**
   * Prints the balance of two tables.
   *
   * @param load the load they are measured under; the empty text if there is only one
   */
  static void print(String load, BalanceSummary before, BalanceSummary after, TextReport text) {
    text.row(load, "%10s %10s %10s", "mean", "p95", "max");
    row("PAR before", before, text);
    row("PAR after", after, text);
  }

  private static void row(String name, BalanceSummary par, TextReport text) {
    text.row(name, "%10.4f %10.4f %10.4f", par.mean(), par.p95(), par.max());
  }
}
