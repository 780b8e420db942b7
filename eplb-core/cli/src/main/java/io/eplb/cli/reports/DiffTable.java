package io.eplb.cli.reports;

import io.eplb.api.wording.Counted;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.RankTransfers;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Prints the difference of two maps as tables for people. */
public final class DiffTable {
  private DiffTable() {}

  public static void print(DiffReport report, PrintWriter out) {
    MapDifference difference = report.difference();
    out.printf(
        Locale.ROOT,
        "%s × %s on %s × %s%n",
        Counted.grouped(difference.layers(), "layer"),
        Counted.grouped(difference.experts(), "expert"),
        Counted.grouped(difference.ranks(), "rank"),
        Counted.grouped(difference.slotsPerRank(), "slot"));
    printTotals(report, out);
    if (report.plan().layers().isEmpty()) {
      return;
    }
    out.println();
    printLayers(report, out);
    if (report.plan().transfers() > 0) {
      out.println();
      printRanks(report, out);
    }
  }

  private static void printTotals(DiffReport report, PrintWriter out) {
    MapDifference difference = report.difference();
    MigrationPlan plan = report.plan();
    long total = difference.total();
    int busiest = difference.busiestRank();
    row(
        out,
        "experts moved",
        String.format(
            Locale.ROOT,
            "%,d, %.1f per layer, in %,d of %s; %s rewritten",
            total,
            (double) total / difference.layers(),
            difference.layersMoved(),
            Counted.grouped(difference.layers(), "layer"),
            Counted.grouped(difference.slotsRewritten(), "slot")));
    row(
        out,
        "busiest rank",
        total == 0
            ? "none"
            : busiest + " receives " + Counted.grouped(difference.byRank(busiest), "expert"));
    row(
        out,
        "transfer plan",
        String.format(
            Locale.ROOT,
            "%s in %s, no plan has fewer than %,d; %,d %s inside ranks",
            Counted.grouped(plan.transfers(), "transfer"),
            Counted.grouped(plan.rounds(), "round"),
            plan.roundsLowerBound(),
            plan.copies(),
            plan.copies() == 1 ? "copy" : "copies"));
    report
        .price()
        .ifPresent(
            price ->
                row(
                    out,
                    "bytes",
                    String.format(
                        Locale.ROOT,
                        "%,d in total, %,d to the busiest rank",
                        price.bytes(total),
                        price.bytes(difference.byRank(busiest)))));
    report
        .price()
        .flatMap(DiffReport.Price::link)
        .ifPresent(
            link ->
                row(
                    out,
                    "time",
                    String.format(
                        Locale.ROOT,
                        "%.6f s at %s Gbit/s per rank and direction; no order takes less than"
                            + " %.6f s",
                        link.seconds(),
                        link.gbps(),
                        link.secondsLowerBound())));
  }

  private static void printLayers(DiffReport report, PrintWriter out) {
    MapDifference difference = report.difference();
    out.println(" layer     moved    rounds  at least    copies  busiest rank");
    for (LayerMigration moves : report.plan().layers()) {
      int layer = moves.layer();
      int rank = difference.busiestRank(layer);
      out.println(
          String.format(
                  Locale.ROOT,
                  "%6d %,9d %,9d %,9d %,9d  %s",
                  layer,
                  moves.transfers(),
                  moves.rounds().size(),
                  moves.roundsLowerBound(),
                  moves.copies(),
                  moves.transfers() == 0
                      ? ""
                      : String.format(
                          Locale.ROOT, "%d receives %,d", rank, difference.inLayer(layer, rank)))
              .stripTrailing());
    }
  }

  private static void printRanks(DiffReport report, PrintWriter out) {
    Optional<DiffReport.Price> price = report.price();
    out.println(
        "  rank     sends  receives"
            + (price.isPresent() ? "            bytes sent        bytes received" : ""));
    for (RankTransfers rank : report.plan().transfersPerRank()) {
      if (rank.sent() + rank.received() > 0) {
        out.printf(Locale.ROOT, "%6d %,9d %,9d", rank.rank(), rank.sent(), rank.received());
        price.ifPresent(
            each ->
                out.printf(
                    Locale.ROOT,
                    " %,21d %,21d",
                    each.bytes(rank.sent()),
                    each.bytes(rank.received())));
        out.println();
      }
    }
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf(Locale.ROOT, "%-16s %s%n", name, value);
  }
}
