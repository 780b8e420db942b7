package io.eplb.cli.reports;

import io.eplb.cli.reports.SimulationReport.Measure;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.WindowScore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Writes a simulation as one HTML page with charts, which needs no network and no script. */
public final class SimulationHtml {
  private static final String[] COLORS = {
    "#1f5fa8", "#c2571a", "#2c7a4b", "#8a3ea0", "#b0892a", "#b3304f", "#3a8fa3", "#6b6b6b"
  };

  private static final String STYLE =
      """
      :root { color-scheme: light; }
      body { font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; color: #222;
        background: #fff; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
      h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
      dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
      th, td { padding: .3rem .4rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #ddd; }
      th { font-weight: 600; } thead tr:last-child th { border-bottom: 2px solid #888; }
      th.name, td.name { text-align: left; white-space: normal; overflow-wrap: anywhere;
        min-width: 10rem; }
      td.best { font-weight: 700; background: #eaf3ea; }
      td.best::after { content: " ★"; color: #2c7a4b; }
      td:not(.best):not(.name)::after { content: " ★"; visibility: hidden; }
      tr.reference td { color: #666; font-style: italic; }
      .key { display: inline-block; width: 1.4rem; border-top: 3px solid; vertical-align: middle;
        margin-right: .5rem; }
      .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; margin: .2rem 0; padding: 0;
        list-style: none; font-size: .9rem; }
      svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: #555; }
      .grid { stroke: #e4e4e4; stroke-width: 1; }
      .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
      circle { stroke: none; }
      .note { color: #555; font-size: .9rem; }
      @media print { body { margin: 0; } }
      """;

  private SimulationHtml() {}

  public static void write(SimulationReport report, OutputStream output) throws IOException {
    output.write(page(report).getBytes(StandardCharsets.UTF_8));
  }

  private static String page(SimulationReport report) {
    StringBuilder html = new StringBuilder(1 << 16);
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>EPLB simulation</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>Expert placement, replayed</h1>\n<dl>\n");
    fact(html, "Trace", report.subject());
    fact(html, "Topology", report.group());
    fact(html, "Estimate", report.estimate());
    fact(html, "Scored", report.scored());
    html.append("</dl>\n");
    summary(report, html);
    html.append("<h2>Imbalance on the next window</h2>\n");
    legend(report, true, html);
    html.append(
        new LineChart(
                "PAR on the next window, per policy and window",
                "PAR, mean over layers",
                1.0,
                lines(report, WindowScore::parNextWindow, true))
            .svg());
    html.append("<h2>Experts moved</h2>\n");
    legend(report, false, html);
    html.append(
        new LineChart(
                "Experts moved per layer, per policy and window",
                "moved per layer",
                0.0,
                lines(report, WindowScore::movedPerLayer, false))
            .svg());
    html.append(
            "<h2>How to read this</h2>\n<p class=\"note\">PAR is the peak-to-average ratio of a")
        .append(" layer: the load of its hottest rank divided by the mean rank load; 1 is perfect.")
        .append(" Each plan is made from the windows up to one and scored on the window after it")
        .append(" (next) and on that window itself (same). Moved are the experts that a rank holds")
        .append(
            " after a plan and did not hold before. The lower bound holds for every placement: ")
        .append(Html.text(SimulationResult.BOUND))
        .append(".</p>\n</body>\n</html>\n");
    return html.toString();
  }

  private static void fact(StringBuilder html, String name, String value) {
    html.append("<dt>").append(name).append("</dt><dd>").append(Html.text(value)).append("</dd>\n");
  }

  private static void summary(SimulationReport report, StringBuilder html) {
    html.append("<h2>Summary</h2>\n<div class=\"scroll\"><table>\n<thead>\n")
        .append("<tr><th class=\"name\"></th><th colspan=\"3\">PAR next window</th>")
        .append("<th>PAR same</th><th colspan=\"2\">moved per layer</th>")
        .append("<th colspan=\"2\">planning ms</th></tr>\n")
        .append("<tr><th class=\"name\">Policy</th><th>mean</th><th>p95</th><th>max</th>")
        .append("<th>mean</th><th>first</th><th>later</th><th>median</th><th>max</th></tr>\n")
        .append("</thead>\n<tbody>\n");
    List<PolicyScore> policies = report.result().policies();
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      html.append(score.reference() ? "<tr class=\"reference\">" : "<tr>")
          .append("<td class=\"name\">")
          .append(key(color(at)))
          .append(Html.text(score.label()))
          .append("</td>");
      for (Measure measure : Measure.values()) {
        html.append(report.best(measure).contains(score) ? "<td class=\"best\">" : "<td>")
            .append(measure.shown(score))
            .append("</td>");
      }
      html.append("</tr>\n");
    }
    BalanceSummary next = report.result().boundNextWindow();
    html.append("<tr class=\"reference\"><td class=\"name\">lower bound</td>")
        .append(
            String.format(
                Locale.ROOT,
                "<td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td><td></td><td></td><td></td><td></td>",
                next.mean(),
                next.p95(),
                next.max(),
                report.result().boundSameWindow().mean()))
        .append("</tr>\n</tbody>\n</table></div>\n")
        .append("<p class=\"note\">★ marks the best of each measure; references in italics do not")
        .append(" compete.</p>\n");
    for (String remark : report.remarks()) {
      html.append("<p class=\"note\">").append(Html.text(remark)).append("</p>\n");
    }
  }

  private static void legend(SimulationReport report, boolean bound, StringBuilder html) {
    html.append("<ul class=\"legend\">\n");
    List<PolicyScore> policies = report.result().policies();
    for (int at = 0; at < policies.size(); at++) {
      html.append("<li>")
          .append(key(color(at)))
          .append(Html.text(policies.get(at).label()))
          .append("</li>\n");
    }
    if (bound) {
      html.append("<li>").append(key("#999;border-top-style:dashed")).append("lower bound</li>\n");
    }
    html.append("</ul>\n");
  }

  private static String key(String color) {
    return "<span class=\"key\" style=\"border-top-color:" + color + "\"></span>";
  }

  private static String color(int at) {
    return COLORS[at % COLORS.length];
  }

  private static List<LineChart.Line> lines(
      SimulationReport report, ToDoubleFunction<WindowScore> figure, boolean bound) {
    List<LineChart.Line> lines = new ArrayList<>();
    List<PolicyScore> policies = report.result().policies();
    if (bound) {
      lines.add(
          new LineChart.Line(
              "lower bound", "#999", true, series(policies.get(0), WindowScore::boundNextWindow)));
    }
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      lines.add(new LineChart.Line(score.label(), color(at), false, series(score, figure)));
    }
    return lines;
  }

  private static double[] series(PolicyScore score, ToDoubleFunction<WindowScore> figure) {
    return score.windows().stream().mapToDouble(figure).toArray();
  }
}
