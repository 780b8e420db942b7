package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.balance.BalanceSummary;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints a plan as a table for people. */
public final class PlanReportTable {
  private static final int MOST_REJECTIONS_SHOWN = 10;

  private PlanReportTable() {}

  public static void print(PlanReport report, PrintWriter out) {
    EpTopology topology = report.topology();
    row(out, "policy", report.policy());
    row(
        out,
        "topology",
        String.format(
            Locale.ROOT,
            "%s × %s on %s: %s × %,d, %s, %s",
            Counted.grouped(report.layers(), "layer"),
            Counted.grouped(topology.experts(), "expert"),
            Counted.grouped(topology.physicalExperts(), "slot"),
            Counted.grouped(topology.ranks(), "rank"),
            topology.slotsPerRank(),
            Counted.grouped(topology.nodes(), "node"),
            Counted.grouped(topology.expertGroups(), "group")));
    BalanceSummary before = report.before().summary();
    BalanceSummary after = report.after().summary();
    row(out, "", "%10s %10s %10s".formatted("mean", "p95", "max"));
    row(out, "PAR before", ratios(before));
    row(out, "PAR after", ratios(after));
    row(
        out,
        "experts moved",
        String.format(
            Locale.ROOT,
            "%,d, %.1f per layer",
            report.expertsMoved(),
            (double) report.expertsMoved() / report.layers()));
    row(out, "planning time", times(report.planMillis()));
    if (report.after().idleLayers() > 0) {
      row(out, "idle layers", report.after().idleLayers() + " without any load, counted as PAR 1");
    }
    if (report.duplicates() > 0) {
      row(
          out,
          "duplicates",
          Counted.grouped(report.duplicates(), "replica") + " beside another one on the same rank");
    }
    row(
        out,
        "rejected layers",
        report.rejected().isEmpty()
            ? "none"
            : report.rejected().size() + "; they keep their current row:");
    report.rejected().stream()
        .limit(MOST_REJECTIONS_SHOWN)
        .forEach(breach -> row(out, "", breach.toString()));
    if (report.rejected().size() > MOST_REJECTIONS_SHOWN) {
      row(
          out,
          "",
          "… and "
              + (report.rejected().size() - MOST_REJECTIONS_SHOWN)
              + " more; --json lists them all");
    }
    row(out, "written to", report.output());
  }

  private static void row(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-16s %s", name, value).stripTrailing());
  }

  private static String ratios(BalanceSummary summary) {
    return String.format(
        Locale.ROOT, "%10.4f %10.4f %10.4f", summary.mean(), summary.p95(), summary.max());
  }

  private static String times(PlanTimes times) {
    return times.rounds() == 1
        ? String.format(Locale.ROOT, "%.3f ms", times.median())
        : String.format(
            Locale.ROOT,
            "%.3f ms median of %,d (min %.3f, max %.3f)",
            times.median(),
            times.rounds(),
            times.min(),
            times.max());
  }
}
