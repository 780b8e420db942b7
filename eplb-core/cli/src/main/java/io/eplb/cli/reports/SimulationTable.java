package io.eplb.cli.reports;

import io.eplb.cli.reports.SimulationReport.Measure;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a simulation as a table for people. */
public final class SimulationTable {
  private static final String BOUND = "lower bound";
  private static final String HEADS = "%10s %10s %10s %10s %9s %9s %10s %10s";

  private SimulationTable() {}

  public static void print(SimulationReport report, PrintWriter out) {
    SimulationResult result = report.result();
    line(out, "trace", report.subject());
    line(out, "topology", report.group());
    line(out, "estimate", report.estimate());
    line(out, "scored", report.scored());
    out.println();
    int width =
        result.policies().stream()
            .mapToInt(score -> score.label().length())
            .reduce(BOUND.length(), Math::max);
    row(
        out,
        width,
        "",
        HEADS.formatted("PAR next", "", "", "PAR same", "moved per", "layer", "planning", "ms"));
    row(
        out,
        width,
        "policy",
        HEADS.formatted("mean ", "p95 ", "max ", "mean ", "first ", "later ", "median ", "max "));
    for (PolicyScore score : result.policies()) {
      Object[] cells =
          Arrays.stream(Measure.values())
              .map(
                  measure ->
                      measure.shown(score) + (report.best(measure).contains(score) ? "*" : " "))
              .toArray();
      row(out, width, score.label(), HEADS.formatted(cells));
    }
    BalanceSummary next = result.boundNextWindow();
    row(
        out,
        width,
        BOUND,
        String.format(
            Locale.ROOT,
            "%9.4f  %9.4f  %9.4f  %9.4f",
            next.mean(),
            next.p95(),
            next.max(),
            result.boundSameWindow().mean()));
    out.println();
    for (Measure measure : Measure.values()) {
      List<PolicyScore> best = report.best(measure);
      if (!best.isEmpty()) {
        out.printf(
            Locale.ROOT,
            "best %-24s %s (%s)%n",
            measure.title(),
            best.stream().map(PolicyScore::label).collect(Collectors.joining(", ")),
            measure.shown(best.get(0)));
      }
    }
    report.remarks().forEach(out::println);
    out.println("lower bound: " + SimulationResult.BOUND);
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-10s %s", name, value).stripTrailing());
  }

  private static void row(PrintWriter out, int width, String name, String cells) {
    out.println((name + " ".repeat(width - name.length()) + " " + cells).stripTrailing());
  }
}
