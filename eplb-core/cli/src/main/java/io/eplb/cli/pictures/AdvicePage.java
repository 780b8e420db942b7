package io.eplb.cli.pictures;

import io.eplb.cli.reports.AdviceReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.core.advice.Findings;
import io.eplb.core.advice.Measure;
import io.eplb.core.advice.Question;
import io.eplb.core.advice.Trial;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An advice as one HTML page: the answer, the choices, and the curves that they come from. */
public final class AdvicePage {
  private final AdviceReport report;
  private final Question question;
  private final Measure measure;
  private final RunRecord run;

  /** Creates the page of an advice. */
  public AdvicePage(AdviceReport report, RunRecord run) {
    this.report = report;
    this.question = report.advice().question();
    this.measure = question.measure();
    this.run = run;
  }

  /** Writes the page in UTF-8. */
  public void write(OutputStream output) throws IOException {
    HtmlPage page = new HtmlPage("Does balancing pay?", report.answer());
    page.tiles(tiles());
    page.facts(report.facts());
    report.advice().findings().ifPresent(findings -> add(findings, page));
    page.section("How to read this");
    page.paragraph(
        "PAR is the peak-to-average ratio of a layer: the load of its hottest rank divided by the mean"
            + " rank load; 1 is perfect. The first half of the windows only teaches; every figure is of"
            + " the windows after it, each with the table that was planned before it. Candidates whose"
            + " difference from window to window is noise count as equal, and of equal ones the one that"
            + " moves or holds least is advised.");
    page.end(run, output);
  }

  private Map<String, String> tiles() {
    Map<String, String> tiles = new LinkedHashMap<>();
    tiles.put("Balancing pays", report.advice().verdict().pays() ? "yes" : "no");
    report
        .advice()
        .before()
        .ifPresent(before -> tiles.put(measure.title() + ", without a plan", cost(before)));
    report
        .advice()
        .findings()
        .map(Findings::advised)
        .ifPresent(
            advised -> {
              tiles.put(
                  measure.title()
                      + (report.advice().verdict().pays() ? ", as advised" : ", best found"),
                  cost(advised));
              tiles.put(
                  "Redundant experts",
                  TextReport.text("%,d", advised.candidate().redundantExperts()));
            });
    return tiles;
  }

  private static String cost(Trial trial) {
    return TextReport.text("%.3f", trial.cost());
  }

  private void add(Findings findings, HtmlPage page) {
    page.section(
        report.advice().verdict().pays()
            ? "What to choose"
            : "The best that was found all the same");
    page.facts(report.choices());
    page.section("Redundant experts");
    List<Trial> points = findings.curve().points();
    curve(
        page,
        "Redundant experts buy balance with memory; where a step waits for weights, they cost time."
            + " The knee is at "
            + findings.curve().knee().candidate().redundantExperts()
            + ". Each point is of the policy that is best there: "
            + points.stream()
                .map(AdviceReport::redundantAndPolicy)
                .collect(Collectors.joining(", "))
            + ".",
        "redundant experts",
        points,
        at -> points.get(at).candidate().redundantExperts());
    policies(page, findings.policies());
    page.section("Interval");
    windows(
        page,
        "The advised policy with a plan every so many windows.",
        measure.title() + " by window and interval",
        lines(findings.intervals(), trial -> "every " + trial.candidate().interval()));
    page.section("Dispatch");
    windows(
        page,
        "The best policy if the engine spreads tokens over replicas in these ways."
            + (findings.dispatches().stream()
                        .map(trial -> trial.candidate().redundantExperts())
                        .distinct()
                        .count()
                    > 1
                ? " Other dispatches than the present one are shown with redundant experts, without which"
                    + " they do not differ."
                : ""),
        measure.title() + " by window and dispatch",
        lines(
            findings.dispatches(),
            trial -> trial.candidate().dispatch().label() + ", " + policy(trial)));
  }

  private void policies(HtmlPage page, List<Trial> policies) {
    page.section("Policies");
    List<Series> lines = lines(policies, AdvicePage::policy);
    windows(
        page,
        "The policies on the held-back windows, with as many redundant experts as at the knee."
            + (question.movesPriced() ? " Each plans in the interval that is best for it." : ""),
        measure.title() + " by window and policy",
        lines);
    double without = report.advice().before().orElseThrow().cost();
    List<Series> saving =
        IntStream.range(0, lines.size())
            .filter(at -> policies.get(at).cost() < without)
            .mapToObj(lines::get)
            .toList();
    if (!saving.isEmpty() && saving.size() < lines.size()) {
      windows(
          page,
          "The same without those that save nothing, so that the others can be told apart.",
          measure.title() + " by window and policy that saves",
          saving);
    }
  }

  private static String policy(Trial trial) {
    int interval = trial.candidate().interval();
    return trial.candidate().policy() + (interval == 1 ? "" : ", every " + interval);
  }

  private void curve(
      HtmlPage page, String caption, String below, List<Trial> points, IntUnaryOperator numbers) {
    Buckets places = new Buckets(numbers, points.size(), 1);
    List<Series> lines =
        List.of(
            new Series("next", "next window", new Marker(0), values(points, Trial::par)),
            new Series(
                "same", "window of the plan", new Marker(1), values(points, Trial::parSame)));
    List<Series> costs =
        List.of(new Series("cost", measure.title(), new Marker(2), values(points, Trial::cost)));
    List<LineChart> charts = new ArrayList<>();
    charts.add(new LineChart("PAR, mean over layers", below, places, lines, 1.0));
    List<Series> all = new ArrayList<>(lines);
    if (measure != Measure.WINDOW) {
      charts.add(new LineChart(measure.title(), below, places, costs, Double.POSITIVE_INFINITY));
      all.addAll(costs);
    }
    page.figure(
        caption,
        LineChart.legend(all),
        charts,
        LineChart.table("figures by redundant experts", below, places, all, "%.4f"));
    if (points.stream().allMatch(point -> report.memory(point).isPresent())) {
      memory(page, below, points, places);
    }
  }

  private void memory(HtmlPage page, String below, List<Trial> points, Buckets places) {
    List<Series> lines =
        List.of(
            new Series(
                "memory",
                "memory",
                new Marker(3),
                values(points, point -> report.memory(point).orElse(0L) / 1e9)));
    page.figure(
        "The memory that the slots for redundant experts take on each rank, over all layers.",
        "",
        List.of(new LineChart("GB of each rank", below, places, lines, 0.0)),
        LineChart.table("memory by redundant experts", below, places, lines, "%.3f"));
  }

  private static double[] values(List<Trial> trials, Function<Trial, Double> figure) {
    return trials.stream().mapToDouble(figure::apply).toArray();
  }

  /** Returns a line for each trial, of its costs in the held-back windows. */
  private List<Series> lines(List<Trial> trials, Function<Trial, String> name) {
    List<Series> lines = new ArrayList<>();
    for (Trial trial : trials) {
      double[] costs = trial.costs().stream().mapToDouble(cost -> cost).toArray();
      int at = lines.size();
      lines.add(
          new Series(Series.letter(at), name.apply(trial), new Marker(at), places().means(costs)));
    }
    return lines;
  }

  private Buckets places() {
    return Buckets.of(question.taught(), question.heldBack());
  }

  private void windows(HtmlPage page, String caption, String table, List<Series> lines) {
    page.figure(
        caption + places().note("windows"),
        LineChart.legend(lines),
        List.of(
            new LineChart(measure.title(), "window", places(), lines, Double.POSITIVE_INFINITY)),
        LineChart.table(table, "window", places(), lines, "%.4f"));
  }
}
