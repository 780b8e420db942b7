package io.eplb.cli.pictures;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.cli.reports.PolicyMeasure;
import io.eplb.cli.reports.SimulationReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.load.LayerIds;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.StaticContender;
import io.eplb.core.simulation.StepScore;
import io.eplb.core.simulation.WindowScore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A simulation as one HTML page: policies window by window and layer by layer. */
public final class SimulationPage {
  /** Policies are drawn apart from one that moves so many times as much. */
  private static final double FAR_MORE = 3.0;

  private final SimulationReport report;
  private final SimulationResult result;
  private final List<PolicyScore> policies;
  private final Buckets windows;
  private final RunRecord run;

  /** Creates the page of a simulation. */
  public SimulationPage(SimulationReport report, RunRecord run) {
    this.report = report;
    this.result = report.result();
    this.policies = result.policies();
    this.windows = Buckets.of(0, result.scoredWindows());
    this.run = run;
  }

  /** Writes the page in UTF-8. */
  public void write(OutputStream output) throws IOException {
    HtmlPage page = new HtmlPage("Expert placement, replayed", lead());
    page.tiles(tiles());
    page.facts(report.facts());
    summary(page);
    balance(page);
    bands(page);
    if (report.setting().steps().scored()) {
      new StepSection(report, windows).add(page);
    }
    moves(page);
    layers(page);
    heatMaps(page);
    hottest(page);
    if (result.dispatch() != Dispatch.EVEN) {
      ExpertsToReplicate.add(
          page,
          result.dispatch(),
          report.bottlenecks(report.leader()),
          report.setting().layerIds(),
          " Measured in the last window, with the last table of %s."
              .formatted(report.leader().label()));
    }
    page.section("How to read this");
    page.paragraph(
        "PAR is the peak-to-average ratio of a layer: the load of its hottest rank divided by the"
            + " mean rank load; 1 is perfect."
            + (report.setting().ranks().equalSpeeds()
                ? ""
                : " On ranks of unequal speed, load ÷ speed stands for load, and the mean is the sum of"
                    + " all loads divided by the sum of all speeds.")
            + " Each plan is made from the windows up to one and scored on the window after it (next),"
            + " as on a running engine; the figures for the window that it was made from (same) stand in"
            + " the summary for comparison only. Moved are the experts that a rank holds after a plan and"
            + " did not hold before. The lower bound holds for every placement: "
            + result.bound()
            + ".");
    page.end(run, output);
  }

  private String lead() {
    PolicyScore first = report.leader();
    StringBuilder lead = new StringBuilder();
    lead.append(
        TextReport.text(
            "On the window after each plan, %s has a PAR of %.3f%s, mean over layers and windows",
            first.label(),
            first.parNextWindow().mean(),
            result.dispatch() == Dispatch.EVEN
                ? ""
                : " under the dispatch " + result.dispatch().label()));
    policies.stream()
        .filter(score -> isStatic(score) && !score.equals(first))
        .findFirst()
        .ifPresent(
            kept ->
                lead.append(
                    TextReport.text("; without any plan it is %.3f", kept.parNextWindow().mean())));
    lead.append(
        TextReport.text(", and no placement gets below %.3f.", result.boundNextWindow().mean()));
    first
        .steps()
        .map(StepScore::par)
        .ifPresent(
            par ->
                lead.append(
                    TextReport.text(
                        " In single steps it is %.3f, and up to %.3f in 95 of 100 layers and steps.",
                        par.mean(), par.p95())));
    first
        .movedSteady()
        .ifPresent(
            moved ->
                lead.append(
                    TextReport.text(
                        " For that it moves %.1f experts per layer at first and %.1f with each later"
                            + " plan.",
                        first.movedFirst(), moved)));
    if (result.stopped()) {
      lead.append(" The simulation was interrupted; these are the windows that were done.");
    }
    return lead.toString();
  }

  private Map<String, String> tiles() {
    List<PolicyScore> best = report.best(PolicyMeasure.PAR_NEXT_MEAN);
    PolicyScore first = report.leader();
    Map<String, String> tiles = new LinkedHashMap<>();
    String dispatch = result.dispatch() == Dispatch.EVEN ? "" : ", " + result.dispatch().label();
    tiles.put(
        "PAR on the next window" + dispatch + (best.isEmpty() ? "" : ", best policy"),
        TextReport.text("%.3f", first.parNextWindow().mean()));
    policies.stream()
        .filter(score -> isStatic(score) && !score.equals(first))
        .findFirst()
        .ifPresent(
            kept ->
                tiles.put(
                    "PAR without a plan", TextReport.text("%.3f", kept.parNextWindow().mean())));
    tiles.put("No placement below", TextReport.text("%.3f", result.boundNextWindow().mean()));
    first
        .movedSteady()
        .ifPresent(
            moved ->
                tiles.put(
                    "Experts moved per layer and later plan", TextReport.text("%.1f", moved)));
    return tiles;
  }

  private static boolean isStatic(PolicyScore score) {
    return score.reference() && score.policy().equals(StaticContender.NAME);
  }

  private void summary(HtmlPage page) {
    List<String> heads = new ArrayList<>(List.of("policy"));
    Arrays.stream(PolicyMeasure.values()).map(PolicyMeasure::title).forEach(heads::add);
    HtmlTable table = new HtmlTable("Summary", heads);
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      table.row(
          new Marker(at).key(),
          Series.letter(at) + " " + score.label() + (score.reference() ? " (reference)" : ""),
          Arrays.stream(PolicyMeasure.values())
              .map(
                  measure ->
                      measure.shown(score) + (report.best(measure).contains(score) ? " ★" : ""))
              .toList());
    }
    List<String> bounds =
        new ArrayList<>(
            report.bounds().stream().map(bound -> TextReport.text("%.4f", bound)).toList());
    while (bounds.size() < PolicyMeasure.values().length) {
      bounds.add("");
    }
    table.row(Marker.MUTED.key(), SimulationReport.BOUND, bounds);
    page.section("Summary");
    page.table(table);
    page.paragraph("★ marks the best of each measure; references do not compete.");
    report.remarks().forEach(page::paragraph);
  }

  private void balance(HtmlPage page) {
    Series bound = bound();
    List<Series> lines = lines(WindowScore::parNextWindow);
    lines.add(bound);
    page.section("PAR on the next window");
    page.figure(
        "PAR of each plan on the window after it, mean over layers." + windows.note("windows"),
        LineChart.legend(lines),
        List.of(new LineChart("PAR, mean over layers", "window planned from", windows, lines, 1.0)),
        LineChart.table(
            "PAR on the next window, mean over layers", "window", windows, lines, "%.4f"));
    List<Series> close = new ArrayList<>();
    for (int at = 0; at < policies.size(); at++) {
      if (!policies.get(at).reference()) {
        close.add(lines.get(at));
      }
    }
    if (!close.isEmpty() && close.size() < policies.size()) {
      page.figure(
          "The same without the references and the bound, so that the policies can be told apart. The axis"
              + " does not start at 1.",
          LineChart.legend(close),
          List.of(
              new LineChart(
                  "PAR, mean over layers",
                  "window planned from",
                  windows,
                  close,
                  Double.POSITIVE_INFINITY)),
          LineChart.table(
              "PAR on the next window without the references", "window", windows, close, "%.4f"));
    }
  }

  private void bands(HtmlPage page) {
    List<Series> means = lines(WindowScore::parNextWindow);
    List<Series> lows = lines(WindowScore::p5NextWindow);
    List<Series> highs = lines(WindowScore::p95NextWindow);
    Series bound = bound();
    double greatest = highs.stream().mapToDouble(Series::greatest).max().orElse(1.0);
    List<BandChart> charts = new ArrayList<>();
    for (int at = 0; at < policies.size(); at++) {
      charts.add(
          new BandChart(
              "PAR on the next window",
              "layers",
              means.get(at),
              lows.get(at),
              highs.get(at),
              List.of(bound),
              windows,
              1.0,
              greatest));
    }
    page.section("Spread over the layers");
    page.figure(
        "PAR on the next window: the line is the mean over layers, the band reaches from the 5th to the"
            + " 95th percentile. The dashed grey line is the lower bound on the mean. All on one scale.",
        "",
        charts,
        BandChart.table(
            "PAR on the next window: percentiles over layers", "window", windows, charts));
  }

  private void moves(HtmlPage page) {
    List<Series> lines = lines(WindowScore::movedPerLayer);
    List<Drawing> drawings = new ArrayList<>();
    drawings.add(
        new LineChart("experts moved per layer", "window planned from", windows, lines, 0.0));
    List<Series> few = fewMoves();
    if (!few.isEmpty()) {
      drawings.add(
          new LineChart(
              "experts moved per layer: later plans of those that move few",
              "window planned from",
              Buckets.of(1, result.scoredWindows() - 1),
              few,
              0.0));
    }
    page.section("Experts moved");
    page.figure(
        "Experts that each plan moves, mean over layers." + windows.note("windows"),
        LineChart.legend(lines),
        drawings,
        LineChart.table("experts moved per layer", "window", windows, lines, "%.2f"));
    report
        .setting()
        .expertBytes()
        .ifPresent(
            bytes -> {
              List<Series> sums = lines(windows, score -> gigabytesSoFar(score, bytes));
              page.figure(
                  "Gigabytes (10⁹ bytes) moved so far, over all layers and ranks."
                      + windows.note("windows"),
                  LineChart.legend(sums),
                  List.of(
                      new LineChart("GB moved so far", "window planned from", windows, sums, 0.0)),
                  LineChart.table("GB moved so far", "window", windows, sums, "%.3f"));
            });
  }

  private double[] gigabytesSoFar(PolicyScore score, long expertBytes) {
    double[] sums =
        series(score, window -> report.bytesMoved(window, expertBytes).doubleValue() / 1e9);
    Arrays.parallelPrefix(sums, Double::sum);
    return sums;
  }

  private void layers(HtmlPage page) {
    Buckets places = Buckets.of(report.setting().layerIds());
    List<Series> lines =
        lines(
            Buckets.single(result.layers()),
            score -> score.parByLayer().stream().mapToDouble(par -> par).toArray());
    List<Series> byLayer = lines.stream().map(line -> line.in(places)).toList();
    List<Series> sorted = lines.stream().map(line -> line.descending().in(places)).toList();
    page.section("PAR by layer");
    page.figure(
        "PAR on the next window of each layer in the recording's order, and sorted, so that each line"
            + " falls from its worst layer to its best."
            + places.note("layers"),
        LineChart.legend(lines),
        List.of(
            new LineChart("PAR, mean over windows", "layer", places, byLayer, 1.0),
            new LineChart(
                "PAR, mean over windows",
                "layers, the worst first",
                Buckets.of(0, result.layers()),
                sorted,
                1.0)),
        LineChart.table("PAR by layer, mean over windows", "layer", places, byLayer, "%.4f"));
  }

  private void heatMaps(HtmlPage page) {
    List<RankLoads> loads = new ArrayList<>(List.of(result.startLoads()));
    policies.stream()
        .filter(score -> !isStatic(score))
        .map(PolicyScore::lastWindow)
        .forEach(loads::add);
    ColorScale scale = ColorScale.of(loads);
    LayerIds ids = report.setting().layerIds();
    int nodes = report.setting().topology().nodes();
    List<HeatMap> maps = new ArrayList<>();
    maps.add(new HeatMap("Start", result.startLoads(), scale, nodes, ids));
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      if (!isStatic(score)) {
        maps.add(
            new HeatMap(
                Series.letter(at) + " " + score.label(), score.lastWindow(), scale, nodes, ids));
      }
    }
    page.section("Ranks by layer in the last window");
    page.figure(
        "The load of each rank in each layer as a multiple of the layer's mean, in window "
            + result.scoredWindows()
            + ": with the table that all start from, and with the table that each policy had planned for it"
            + " without knowing it. All maps have one scale."
            + HeatMap.note(result.startLoads()),
        scale.legend(report.setting().ranks().livingRanks() < report.setting().ranks().ranks()),
        maps,
        HeatMap.table("the hottest and the coldest rank of each layer", maps));
  }

  private void hottest(HtmlPage page) {
    LayerIds ids = report.setting().layerIds();
    RankLoads start = result.startLoads();
    double[] loads = new double[result.layers() * result.lastWindow().experts()];
    for (int layer = 0; layer < result.layers(); layer++) {
      result.lastWindow().copyLayer(0, layer, loads, layer * result.lastWindow().experts());
    }
    List<String> heads = new ArrayList<>(List.of("layer", "PAR at the start"));
    List<PolicyScore> shown = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int at = 0; at < policies.size(); at++) {
      if (!isStatic(policies.get(at))) {
        shown.add(policies.get(at));
        keys.add(Series.letter(at));
        heads.add("PAR, " + Series.letter(at));
      }
    }
    heads.add(
        "hottest experts (share of the layer's load, replicas at the start → with each policy)");
    List<ExpertTable> tables = shown.stream().map(PolicyScore::table).toList();
    HtmlTable table =
        HtmlTable.endingInText(
            "The layers with the greatest PAR in the last window at the start", heads);
    for (int layer :
        HotExperts.layers(result.layers(), layer -> start.of(layer, start.hottest(layer)))) {
      List<String> cells = new ArrayList<>();
      cells.add(TextReport.text("%.4f", start.of(layer, start.hottest(layer))));
      for (PolicyScore score : shown) {
        RankLoads ranks = score.lastWindow();
        cells.add(TextReport.text("%.4f", ranks.of(layer, ranks.hottest(layer))));
      }
      cells.add(HotExperts.text(layer, loads, result.start(), tables, keys));
      table.row(String.valueOf(ids.id(layer)), cells);
    }
    page.section("The hottest layers");
    page.table(table);
  }

  /** Returns a line per policy, of what a function takes from its score. */
  private List<Series> lines(Buckets places, Function<PolicyScore, double[]> values) {
    List<Series> lines = new ArrayList<>();
    for (int at = 0; at < policies.size(); at++) {
      PolicyScore score = policies.get(at);
      lines.add(
          new Series(Series.letter(at), score.label(), new Marker(at), values.apply(score))
              .in(places));
    }
    return lines;
  }

  private List<Series> lines(ToDoubleFunction<WindowScore> figure) {
    return lines(windows, score -> series(score, figure));
  }

  private Series bound() {
    return new Series(
            "bound",
            SimulationReport.BOUND,
            Marker.MUTED,
            series(policies.get(0), WindowScore::boundNextWindow))
        .in(windows);
  }

  /**
   * Returns the later plans of the policies that move far less than the most that any plan moves;
   * none if there are no such policies, or the others would not hide them.
   */
  private List<Series> fewMoves() {
    double most =
        policies.stream()
            .mapToDouble(score -> Arrays.stream(moved(score, 0)).max().orElse(0.0))
            .max()
            .orElse(0.0);
    if (result.scoredWindows() == 1 || most == 0.0) {
      return List.of();
    }
    Buckets later = Buckets.of(1, result.scoredWindows() - 1);
    return lines(later, score -> moved(score, 1)).stream()
        .filter(line -> line.greatest() * FAR_MORE <= most)
        .toList();
  }

  private static double[] moved(PolicyScore score, int from) {
    return score.windows().stream().skip(from).mapToDouble(WindowScore::movedPerLayer).toArray();
  }

  private static double[] series(PolicyScore score, ToDoubleFunction<WindowScore> figure) {
    return score.windows().stream().mapToDouble(figure).toArray();
  }
}
