package io.eplb.cli.pictures;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Counted;
import io.eplb.cli.reports.MoveCost;
import io.eplb.cli.reports.PlanReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.cli.reports.WindowFigures;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.load.LayerIds;
import io.eplb.core.migration.MigrationPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** A plan as one HTML page: the ranks before and after, layer by layer. */
public final class PlanPage {
  private final PlanReport report;
  private final Tables tables;
  private final RunRecord run;

  /**
   * The tables of a plan and what they do to the ranks.
   *
   * @param before the table before the plan
   * @param after the planned table
   * @param expertLoads layers × experts tokens that the plan was made for
   * @param loadsBefore the load of every rank before the plan, under that load
   * @param loadsAfter the same after the plan
   * @param worstWindow the same after the plan in the window with the greatest mean PAR; empty if
   *     there is a single window
   * @param moves the moves that lead from the one table to the other
   * @param layerIds the model's own ids of the layers
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  public record Tables(
      ExpertTable before,
      ExpertTable after,
      double[] expertLoads,
      RankLoads loadsBefore,
      RankLoads loadsAfter,
      Optional<RankLoads> worstWindow,
      MigrationPlan moves,
      LayerIds layerIds) {}

  /** Creates the page of a plan. */
  public PlanPage(PlanReport report, Tables tables, RunRecord run) {
    this.report = report;
    this.tables = tables;
    this.run = run;
  }

  /** Writes the page in UTF-8. */
  public void write(OutputStream output) throws IOException {
    HtmlPage page = new HtmlPage("Expert placement by " + report.policy(), lead());
    page.tiles(tiles());
    page.facts(report.facts());
    heatMaps(page);
    layers(page);
    hottest(page);
    ExpertsToReplicate.add(
        page,
        report.dispatch(),
        report.bottlenecks(),
        tables.layerIds(),
        report
            .windows()
            .map(windows -> " Measured in window %d.".formatted(windows.worstAfter().window()))
            .orElse(""));
    report.windows().ifPresent(windows -> windows(page, windows));
    moves(page);
    page.section("How to read this");
    page.paragraph(
        "PAR is the peak-to-average ratio of a layer: the load of its hottest rank divided by the mean"
            + " rank load. 1 is perfect; with 1.5 every step waits for a rank that has half as much"
            + " again to do. "
            + (report.ranks().equalSpeeds()
                ? ""
                : "On ranks of unequal speed, load ÷ speed stands for load. ")
            + (report.dispatch() == Dispatch.EVEN
                ? ""
                : "All figures are under the dispatch " + report.dispatch().label() + ". ")
            + "Experts moved are those that a rank holds after the plan and did not hold before.");
    page.end(run, output);
  }

  private String source() {
    return report
        .windows()
        .map(each -> TextReport.text("%s of %,d windows", each.source(), each.windows().size()))
        .orElse("load");
  }

  private String lead() {
    BalanceSummary before = report.before().summary();
    BalanceSummary after = report.after().summary();
    return report
        .windows()
        .map(
            windows ->
                TextReport.text(
                    "The plan lowers PAR from %.3f to %.3f in one window of the recording, mean over"
                        + " windows and layers, and to %.3f in the worst one, window %d. On the %s, which"
                        + " it was made for, PAR falls from %.3f to %.3f; no window alone is that even.",
                    windows.meanBefore(),
                    windows.meanAfter(),
                    windows.worstAfter().after().mean(),
                    windows.worstAfter().window(),
                    source(),
                    before.mean(),
                    after.mean()))
        .orElseGet(
            () ->
                TextReport.text(
                    "The plan lowers PAR from %.3f to %.3f, mean over layers, and in the worst layer from"
                        + " %.3f to %.3f. That is on the load that it was made for; on the traffic that"
                        + " comes next PAR is higher.",
                    before.mean(), after.mean(), before.max(), after.max()));
  }

  private Map<String, String> tiles() {
    Map<String, String> tiles = new LinkedHashMap<>();
    report
        .windows()
        .ifPresent(
            windows -> {
              tiles.put(
                  "PAR in one window",
                  TextReport.text("%.3f → %.3f", windows.meanBefore(), windows.meanAfter()));
              tiles.put(
                  "PAR in the worst window",
                  TextReport.text(
                      "%.3f → %.3f",
                      windows.worstBefore().before().mean(), windows.worstAfter().after().mean()));
            });
    tiles.put(
        report.windows().isPresent() ? "PAR on their " + report.windows().get().source() : "PAR",
        TextReport.text(
            "%.3f → %.3f", report.before().summary().mean(), report.after().summary().mean()));
    tiles.put(
        "Experts moved",
        TextReport.text("%,d, %,.1f per layer", report.expertsMoved(), report.movedPerLayer()));
    report
        .cost()
        .ifPresent(
            cost -> {
              tiles.put(
                  "Bytes moved",
                  TextReport.bytes(
                      cost.total().min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact()));
              cost.time()
                  .map(MoveCost.LinkTime::seconds)
                  .ifPresent(
                      seconds -> tiles.put("Time to move", TextReport.text("%.2f s", seconds)));
            });
    return tiles;
  }

  private void heatMaps(HtmlPage page) {
    List<RankLoads> loads = new ArrayList<>(List.of(tables.loadsBefore(), tables.loadsAfter()));
    tables.worstWindow().ifPresent(loads::add);
    ColorScale scale = ColorScale.of(loads);
    List<HeatMap> maps = new ArrayList<>();
    List<String> headings =
        List.of(
            "Before, " + source(),
            "After, " + source(),
            report
                .windows()
                .map(windows -> "After, window %d alone".formatted(windows.worstAfter().window()))
                .orElse(""));
    for (RankLoads each : loads) {
      maps.add(
          new HeatMap(
              headings.get(maps.size()),
              each,
              scale,
              report.topology().nodes(),
              tables.layerIds()));
    }
    page.section("Ranks by layer");
    page.figure(
        "The load of each rank in each layer, as a multiple of the layer's mean. All maps have one scale."
            + (report.windows().isPresent()
                ? " The last one is the window in which the plan does worst."
                : "")
            + HeatMap.note(tables.loadsBefore()),
        scale.legend(report.ranks().livingRanks() < report.ranks().ranks()),
        maps,
        HeatMap.table("the hottest and the coldest rank of each layer", maps));
  }

  private void layers(HtmlPage page) {
    List<Series> lines = new ArrayList<>();
    report
        .windows()
        .ifPresentOrElse(
            windows -> {
              lines.add(series("before", Marker.MUTED, windows::before));
              lines.add(series("after", new Marker(0), windows::after));
              lines.add(
                  series(
                      "after, " + windows.source(), new Marker(1), report.after()::peakToAverage));
            },
            () -> {
              lines.add(series("before", Marker.MUTED, report.before()::peakToAverage));
              lines.add(series("after", new Marker(0), report.after()::peakToAverage));
            });
    Buckets places = Buckets.of(tables.layerIds());
    List<Series> byLayer = lines.stream().map(line -> line.in(places)).toList();
    List<Series> sorted = lines.stream().map(line -> line.descending().in(places)).toList();
    String unit = report.windows().isPresent() ? "PAR, mean over windows" : "PAR";
    page.section("PAR by layer");
    page.figure(
        "PAR of each layer in the model's order, and sorted, so that each line falls from its worst layer"
            + " to its best."
            + places.note("layers"),
        LineChart.legend(lines),
        List.of(
            new LineChart(unit, "layer", places, byLayer, 1.0),
            new LineChart(
                unit, "layers, the worst first", Buckets.of(0, report.layers()), sorted, 1.0)),
        LineChart.table("PAR by layer", "layer", places, byLayer, "%.4f"));
  }

  private Series series(String name, Marker marker, IntToDoubleFunction value) {
    double[] values = new double[report.layers()];
    Arrays.setAll(values, value);
    return new Series(name.startsWith("after, ") ? name.substring(7) : name, name, marker, values);
  }

  private void hottest(HtmlPage page) {
    IntToDoubleFunction before =
        report
            .windows()
            .<IntToDoubleFunction>map(windows -> windows::before)
            .orElse(report.before()::peakToAverage);
    IntToDoubleFunction after =
        report
            .windows()
            .<IntToDoubleFunction>map(windows -> windows::after)
            .orElse(report.after()::peakToAverage);
    HtmlTable table =
        HtmlTable.endingInText(
            "The layers with the greatest PAR before the plan",
            List.of(
                "layer",
                "PAR before",
                "PAR after",
                "hottest rank before",
                "hottest rank after",
                "hottest experts (share of the layer's load, replicas before → after)"));
    for (int layer : HotExperts.layers(report.layers(), before)) {
      table.row(
          String.valueOf(tables.layerIds().id(layer)),
          List.of(
              TextReport.text("%.4f", before.applyAsDouble(layer)),
              TextReport.text("%.4f", after.applyAsDouble(layer)),
              String.valueOf(tables.loadsBefore().hottest(layer)),
              String.valueOf(tables.loadsAfter().hottest(layer)),
              HotExperts.text(
                  layer,
                  tables.expertLoads(),
                  tables.before(),
                  List.of(tables.after()),
                  List.of(""))));
    }
    page.section("The hottest layers");
    page.table(table);
  }

  private static void windows(HtmlPage page, WindowFigures figures) {
    List<WindowFigures.Window> windows = figures.windows();
    Buckets places = Buckets.of(windows.get(0).window(), windows.size());
    List<Series> lines =
        List.of(
            new Series(
                "before",
                "before",
                Marker.MUTED,
                windows.stream().mapToDouble(window -> window.before().mean()).toArray()),
            new Series(
                "after",
                "after",
                new Marker(0),
                windows.stream().mapToDouble(window -> window.after().mean()).toArray()),
            new Series(
                "p95",
                "after, p95 over layers",
                new Marker(1),
                windows.stream().mapToDouble(window -> window.after().p95()).toArray()));
    List<Series> joined = lines.stream().map(line -> line.in(places)).toList();
    page.section("PAR window by window");
    page.figure(
        "The same map in each of the windows that it was planned from, alone."
            + places.note("windows"),
        LineChart.legend(lines),
        List.of(new LineChart("PAR, mean over layers", "window", places, joined, 1.0)),
        LineChart.table("PAR by window", "window", places, joined, "%.4f"));
  }

  private void moves(HtmlPage page) {
    MigrationPlan moves = tables.moves();
    int[] received = moves.expertsMovedByRank();
    int[] sent = moves.transfersSent();
    Buckets places = Buckets.of(0, received.length);
    double[] in = places.means(Arrays.stream(received).asDoubleStream().toArray());
    double[] out = places.means(Arrays.stream(sent).asDoubleStream().toArray());
    double greatest =
        Math.max(Arrays.stream(in).max().orElse(0), Arrays.stream(out).max().orElse(0));
    List<String> heads = new ArrayList<>(List.of("rank", "experts received", "experts sent"));
    report.cost().ifPresent(cost -> heads.addAll(List.of("bytes received", "bytes sent")));
    HtmlTable table = new HtmlTable("moves by rank", heads);
    for (int rank = 0; rank < received.length; rank++) {
      int at = rank;
      List<String> cells =
          new ArrayList<>(
              List.of(TextReport.text("%,d", received[rank]), TextReport.text("%,d", sent[rank])));
      report
          .cost()
          .ifPresent(
              cost -> {
                cells.add(TextReport.text("%,d", cost.price().bytes(received[at])));
                cells.add(TextReport.text("%,d", cost.price().bytes(sent[at])));
              });
      table.row(String.valueOf(rank), cells);
    }
    page.section("Experts moved by rank");
    page.figure(
        TextReport.text(
                "%s move over all layers. The busiest rank, %d, receives %s.",
                Counted.grouped(moves.expertsMoved(), "expert"),
                moves.busiestRank(),
                Counted.grouped(received[moves.busiestRank()], "expert"))
            + places.note("ranks"),
        "",
        List.of(
            new BarChart("experts received", "rank", "line-0", places, in, greatest),
            new BarChart("experts sent", "rank", "line-4", places, out, greatest)),
        table);
  }
}
