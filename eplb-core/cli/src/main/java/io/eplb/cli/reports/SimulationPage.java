package io.eplb.cli.reports;

import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.WindowScore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A simulation as one HTML page with charts. */
public final class SimulationPage {
  private static final String[] COLORS = {
    "#1f5fa8", "#c2571a", "#2c7a4b", "#8a3ea0", "#b0892a", "#b3304f", "#3a8fa3", "#6b6b6b"
  };
  private static final String BOUND_COLOR = "#999";

  private final SimulationReport report;
  private final List<PolicyScore> policies;

  /** Creates the page of a report. */
  public SimulationPage(SimulationReport report) {
    this.report = report;
    this.policies = report.result().policies();
  }

  /** Writes the page in UTF-8. */
  public void write(OutputStream output) throws IOException {
    HtmlPage page = new HtmlPage("EPLB simulation", "Expert placement, replayed", report.facts());
    page.section("Summary");
    summary(page);
    page.section("Imbalance on the next window");
    List<LineChart.Line> lines = new ArrayList<>();
    lines.add(
        new LineChart.Line(
            SimulationReport.BOUND,
            BOUND_COLOR,
            true,
            series(policies.get(0), WindowScore::boundNextWindow)));
    lines.addAll(lines(WindowScore::parNextWindow));
    page.raw(
        new LineChart(
                "PAR on the next window, per policy and window",
                "PAR, mean over layers",
                1.0,
                lines)
            .html());
    page.section("Experts moved");
    page.raw(
        new LineChart(
                "Experts moved per layer, per policy and window",
                "moved per layer",
                0.0,
                lines(WindowScore::movedPerLayer))
            .html());
    page.section("How to read this");
    page.note(
        "PAR is the peak-to-average ratio of a layer: the load of its hottest rank divided by the"
            + " mean rank load; 1 is perfect."
            + (report.setting().ranks().equalSpeeds()
                ? ""
                : " On ranks of unequal speed, load ÷ speed stands for load, and the mean is the sum of"
                    + " all loads divided by the sum of all speeds.")
            + " Each plan is made from the windows up to one and"
            + " scored on the window after it (next) and on that window itself (same). Moved are"
            + " the experts that a rank holds after a plan and did not hold before. The lower bound"
            + " holds for every placement: "
            + SimulationResult.BOUND
            + ".");
    output.write(page.end().getBytes(StandardCharsets.UTF_8));
  }

  private void summary(HtmlPage page) {
    page.raw(
        """
        <div class="scroll"><table>
        <thead>
        <tr><th class="name"></th><th colspan="3">PAR next window</th><th>PAR same</th>\
        <th colspan="2">moved per layer</th><th colspan="2">planning ms</th></tr>
        <tr><th class="name">Policy</th>\
        """);
    for (PolicyMeasure measure : PolicyMeasure.values()) {
      page.raw("<th>" + measure.head() + "</th>");
    }
    page.raw("</tr>\n</thead>\n<tbody>\n");
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      page.raw(score.reference() ? "<tr class=\"reference\">" : "<tr>");
      page.raw("<td class=\"name\">" + HtmlPage.key(color(at)));
      page.raw(HtmlPage.escaped(score.label()) + "</td>");
      for (PolicyMeasure measure : PolicyMeasure.values()) {
        page.raw(report.best(measure).contains(score) ? "<td class=\"best\">" : "<td>");
        page.raw(measure.shown(score) + "</td>");
      }
      page.raw("</tr>\n");
    }
    page.raw("<tr class=\"reference\"><td class=\"name\">" + SimulationReport.BOUND + "</td>");
    page.raw(
        TextReport.text("<td>%.4f</td><td>%.4f</td><td>%.4f</td><td>%.4f</td>", report.bounds()));
    page.raw("<td></td><td></td><td></td><td></td></tr>\n</tbody>\n</table></div>\n");
    page.note("★ marks the best of each measure; references in italics do not compete.");
    report.remarks().forEach(page::note);
  }

  private static String color(int at) {
    return COLORS[at % COLORS.length];
  }

  private List<LineChart.Line> lines(ToDoubleFunction<WindowScore> figure) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (PolicyScore score : policies) {
      lines.add(
          new LineChart.Line(score.label(), color(lines.size()), false, series(score, figure)));
    }
    return lines;
  }

  private static List<Double> series(PolicyScore score, ToDoubleFunction<WindowScore> figure) {
    return score.windows().stream().map(figure::applyAsDouble).toList();
  }
}
