package io.eplb.cli.pictures;

import io.eplb.cli.reports.SimulationReport;
import io.eplb.cli.reports.StepColumn;
import io.eplb.cli.reports.StepFigures;
import io.eplb.cli.reports.StepMeasure;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.StepBand;
import io.eplb.core.simulation.StepScore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** The part of a simulation's page about single steps: their balance and their predicted time. */
final class StepSection {
  private final SimulationReport report;
  private final List<PolicyScore> policies;
  private final Buckets windows;

  /**
   * Creates the section.
   *
   * @param report a simulation whose steps were scored
   * @param windows the windows that plans were made from
   */
  StepSection(SimulationReport report, Buckets windows) {
    this.report = report;
    this.policies = report.result().policies();
    this.windows = windows;
  }

  void add(HtmlPage page) {
    page.section("Single steps");
    page.table(summary());
    page.paragraph(
        "A step waits for its own hottest rank, and a window's sum hides how far single steps are from"
            + " balance. PAR of a step counts every layer of every step once, whatever its tokens."
            + (report.setting().steps().measure() == StepMeasure.ACTIVATED
                ? " Most read ÷ mean are the experts whose weights the busiest rank reads in a step,"
                    + " divided by the experts that have tokens per rank."
                : "")
            + (report.setting().steps().time().isPresent()
                ? " Times are predicted over all layers, without the moves, which are taken to stop"
                    + " serving; a plan has paid for itself after so many steps that are shorter than"
                    + " with the table at the start."
                : ""));
    bands(page);
    if (report.setting().steps().time().isPresent()) {
      times(page);
      timesByLayer(page);
    }
  }

  private HtmlTable summary() {
    List<StepColumn> columns = new StepFigures(report).columns();
    List<String> heads = new ArrayList<>(List.of("policy"));
    columns.stream().map(StepColumn::title).forEach(heads::add);
    HtmlTable table = new HtmlTable("Single steps", heads);
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      table.row(
          new Marker(at).key(),
          Series.letter(at) + " " + score.label() + (score.reference() ? " (reference)" : ""),
          columns.stream()
              .map(
                  column -> column.shown(score) + (report.best(column).contains(score) ? " ★" : ""))
              .toList());
    }
    return table;
  }

  private void bands(HtmlPage page) {
    List<Series> means = byWindow(StepBand::par);
    List<Series> lows = byWindow(StepBand::p5);
    List<Series> highs = byWindow(StepBand::p95);
    double greatest = highs.stream().mapToDouble(Series::greatest).max().orElse(1.0);
    List<BandChart> charts = new ArrayList<>();
    for (int at = 0; at < policies.size(); at++) {
      charts.add(
          new BandChart(
              "PAR of the steps of the next window",
              "layers and steps",
              means.get(at),
              lows.get(at),
              highs.get(at),
              List.of(),
              windows,
              1.0,
              greatest));
    }
    page.figure(
        "PAR of the single steps of the next window: the line is the mean over layers and steps, the band"
            + " reaches from the 5th to the 95th percentile. All on one scale."
            + windows.note("windows"),
        "",
        charts,
        BandChart.table(
            "PAR of single steps: percentiles over layers and steps", "window", windows, charts));
  }

  private void times(HtmlPage page) {
    List<Series> lines = byWindow(band -> band.micros().orElse(0.0));
    page.figure(
        "Predicted time of a step over all layers, mean over the steps of the next window. The axis does"
            + " not start at 0."
            + windows.note("windows"),
        LineChart.legend(lines),
        List.of(
            new LineChart(
                "µs of a step", "window planned from", windows, lines, Double.POSITIVE_INFINITY)),
        LineChart.table("Predicted µs of a step, mean", "window", windows, lines, "%.1f"));
  }

  private void timesByLayer(HtmlPage page) {
    Buckets layers = Buckets.of(report.setting().layerIds());
    List<Series> lines =
        lines(layers, steps -> steps.microsByLayer().stream().mapToDouble(micros -> micros));
    page.figure(
        "Predicted time of each layer, that of its slowest rank, mean over all steps. The axis does not"
            + " start at 0."
            + layers.note("layers"),
        LineChart.legend(lines),
        List.of(new LineChart("µs of a layer", "layer", layers, lines, Double.POSITIVE_INFINITY)),
        LineChart.table("Predicted µs of a layer, mean", "layer", layers, lines, "%.2f"));
  }

  private List<Series> byWindow(ToDoubleFunction<StepBand> figure) {
    return lines(windows, steps -> steps.windows().stream().mapToDouble(figure));
  }

  private List<Series> lines(Buckets places, Function<StepScore, DoubleStream> figures) {
    List<Series> lines = new ArrayList<>();
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      double[] values = score.steps().stream().flatMapToDouble(figures).toArray();
      lines.add(new Series(Series.letter(at), score.label(), new Marker(at), values).in(places));
    }
    return lines;
  }
}
