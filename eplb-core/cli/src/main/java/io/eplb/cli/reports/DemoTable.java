package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.runtime.CycleReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints the demo for people: what is served, a line per cycle, and what came of it. */
public final class DemoTable {
  private static final String COLUMNS = "%5s %16s %8s %6s %7s %8s %8s %8s  %s";

  private DemoTable() {}

  public static void head(DemoReport.Setting setting, long steps, PrintWriter out) {
    EpTopology topology = setting.topology();
    row(
        out,
        "recording",
        "%s: %s × %s × %s over %s",
        setting.recording(),
        Counted.grouped(setting.windows(), "window"),
        Counted.grouped(setting.layers(), "layer"),
        Counted.grouped(topology.experts(), "expert"),
        Counted.grouped(steps, "step"));
    row(
        out,
        "engine",
        "%s × %s, %s, %s; %,d bytes per expert, %s in all",
        Counted.grouped(topology.ranks(), "rank"),
        Counted.grouped(topology.slotsPerRank(), "slot"),
        Counted.grouped(topology.nodes(), "node"),
        Counted.grouped(topology.expertGroups(), "group"),
        setting.expertBytes(),
        bytes(setting.bytes()));
    row(
        out,
        "policy",
        "%s, asked every %s",
        setting.policy(),
        setting.interval() == 1 ? "step" : Counted.grouped(setting.interval(), "step"));
    out.println();
    out.println(
        String.format(
                Locale.ROOT,
                COLUMNS,
                "cycle",
                "PAR",
                "moved",
                "layers",
                "aborted",
                "plan ms",
                "move ms",
                "hold ms",
                "outcome")
            .stripTrailing());
    out.flush();
  }

  public static void cycle(CycleReport report, PrintWriter out) {
    out.println(
        String.format(
                Locale.ROOT,
                COLUMNS,
                report.cycle(),
                report
                    .balance()
                    .map(balance -> ratio(balance.before()) + " → " + ratio(balance.after()))
                    .orElse(""),
                number(report.expertsMoved()),
                report.layersCommitted(),
                report.layersAborted(),
                millis(report.planTime().toNanos()),
                report.update().map(update -> millis(update.duration().toNanos())).orElse(""),
                report.update().map(update -> millis(update.totalPause().toNanos())).orElse(""),
                report.outcome())
            .stripTrailing());
    if (!report.reason().isEmpty()) {
      out.println("       " + report.reason());
    }
    out.flush();
  }

  public static void foot(DemoReport report, PrintWriter out) {
    DemoReport.Balance balance = report.balance();
    DemoReport.Price price = report.price();
    out.println();
    if (report.interrupted()) {
      row(out, "interrupted", "by Ctrl-C; this is what was done until then");
    }
    row(
        out,
        "served",
        "%s in %.1f s; %s, %s, every byte %s",
        Counted.grouped(report.steps(), "step"),
        report.seconds(),
        Counted.grouped(report.reads(), "read"),
        bytes(report.bytesVerified()),
        report.fault().isEmpty() ? "verified" : "read until the fault");
    row(
        out,
        "PAR served",
        "%.4f, %.4f with the table of the start: %.1f %% less on the hottest rank",
        balance.served(),
        balance.servedStart(),
        100.0 * balance.gained());
    row(out, "", "%10s %10s %10s", "mean", "p95", "max");
    row(out, "PAR before", "%s", ratios(balance.lastStart()));
    row(out, "PAR after", "%s", ratios(balance.lastEnd()));
    row(
        out,
        "moved",
        "%s, %s; %s committed, %,d aborted, in %s",
        Counted.grouped(report.expertsMoved(), "expert"),
        bytes(report.bytesMoved()),
        Counted.grouped(report.layersCommitted(), "layer"),
        report.layersAborted(),
        Counted.grouped(report.cycles().size(), "cycle"));
    row(
        out,
        "price",
        "%,d of %,d steps of ranks were held up, %.3f ms at most, %.3f %% of serving time",
        price.waits(),
        report.steps() * report.setting().topology().ranks(),
        price.longestMillis(),
        100.0 * price.share());
    row(out, "buffers leaked", "%,d", price.buffersLeaked());
    report.state().whyStopped().ifPresent(why -> row(out, "stopped", "%s", why));
    report.fault().ifPresent(fault -> row(out, "fault", "%s", fault));
  }

  public static String bytes(long bytes) {
    List<String> units = List.of("kB", "MB", "GB", "TB", "PB");
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes / 1000.0;
    int unit = 0;
    while (value >= 999.95 && unit < units.size() - 1) {
      value /= 1000.0;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units.get(unit));
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }

  private static String ratio(BalanceSummary summary) {
    return String.format(Locale.ROOT, "%.4f", summary.mean());
  }

  private static String ratios(BalanceSummary summary) {
    return String.format(
        Locale.ROOT, "%10.4f %10.4f %10.4f", summary.mean(), summary.p95(), summary.max());
  }

  private static void row(PrintWriter out, String name, String format, Object... values) {
    out.println(
        String.format(Locale.ROOT, "%-16s " + format, prepend(name, values)).stripTrailing());
  }

  private static Object[] prepend(Object first, Object[] others) {
    Object[] all = new Object[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }
}
