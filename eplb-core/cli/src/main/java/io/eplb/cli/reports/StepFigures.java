package io.eplb.cli.reports;

import io.eplb.cli.reports.StepColumn.Group;
import io.eplb.core.simulation.Payback;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.Spread;
import io.eplb.core.simulation.StepBand;
import io.eplb.core.simulation.StepScore;
import io.eplb.core.simulation.StepTimeModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The figures of a simulation on single steps, where steps are scored.
 *
 * @param report the simulation
 */
public record StepFigures(SimulationReport report) {
  private static final int LABEL_WIDTH = 14;

  /** Returns the model of a step's time in words. */
  static String text(StepTimeModel model) {
    return TextReport.text(
        "a rank takes %s µs + %s µs per token + %s µs per expert read, the slowest counts",
        number(model.fixed()), number(model.perToken()), number(model.perExpert()));
  }

  private static String number(double value) {
    String text = String.valueOf(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** Returns the columns that there are figures for; none if steps are not scored. */
  public List<StepColumn> columns() {
    return Arrays.stream(StepColumn.values()).filter(this::known).toList();
  }

  private boolean known(StepColumn column) {
    StepSetting steps = report.setting().steps();
    boolean priced = report.setting().linkGbps().isPresent();
    if (column == StepColumn.TIME_WITH_MOVES) {
      return steps.time().isPresent() && priced;
    }
    return switch (column.group()) {
      case PAR -> steps.scored();
      case READ -> steps.measure() == StepMeasure.ACTIVATED;
      case TIME -> steps.time().isPresent();
      case MOVES -> steps.scored() && priced;
      case PAID -> steps.time().isPresent() && priced;
    };
  }

  /** Prints a table of balance, and one of times. */
  void print(TextReport text) {
    List<StepColumn> columns = columns();
    print(
        "single steps",
        columns.stream().filter(column -> column.group().compareTo(Group.TIME) < 0).toList(),
        11,
        text);
    print(
        "step times",
        columns.stream().filter(column -> column.group().compareTo(Group.TIME) >= 0).toList(),
        9,
        text);
  }

  private void print(String name, List<StepColumn> columns, int width, TextReport text) {
    if (columns.isEmpty()) {
      return;
    }
    text.blank();
    text.line("%-" + LABEL_WIDTH + "s%s", "", heads(columns, width));
    row(name, columns.stream().map(column -> column.head() + " ").toList(), width, text);
    for (PolicyScore score : report.result().policies()) {
      row(
          score.label(),
          columns.stream().map(column -> cell(column, score, width)).toList(),
          width,
          text);
    }
  }

  private String cell(StepColumn column, PolicyScore score, int width) {
    return column.shown(score, width - 2) + (report.best(column).contains(score) ? "*" : " ");
  }

  /** Returns the heads of the groups, each over the right end of its columns. */
  private static String heads(List<StepColumn> columns, int columnWidth) {
    StringBuilder heads = new StringBuilder();
    for (int at = 0, width = 0; at < columns.size(); at++) {
      width += columnWidth;
      Group group = columns.get(at).group();
      if (at + 1 == columns.size() || columns.get(at + 1).group() != group) {
        heads.append(TextReport.text("%" + width + "s", group.title() + " "));
        width = 0;
      }
    }
    return heads.toString();
  }

  private static void row(String label, List<String> cells, int width, TextReport text) {
    boolean tooLong = label.length() > LABEL_WIDTH;
    if (tooLong) {
      text.line("%s", label);
    }
    text.line(
        "%-" + LABEL_WIDTH + "s%s",
        tooLong ? "" : label,
        cells.stream()
            .map(cell -> TextReport.text("%" + width + "s", cell))
            .collect(Collectors.joining()));
  }

  /** Adds the figures of a policy over all steps. */
  JsonObject add(PolicyScore score, JsonObject json) {
    return json.withPresent(
            "parPerStep", score.steps().map(StepScore::par).map(StepFigures::spread))
        .withPresent(
            "activatedPerStep",
            read(score.steps().map(StepScore::activated).map(StepFigures::spread)))
        .withPresent(
            "stepMicros", score.steps().flatMap(StepScore::micros).map(StepFigures::spread))
        .withPresent(
            "stepMicrosPerLayer",
            score.steps().map(StepScore::microsByLayer).filter(layers -> !layers.isEmpty()))
        .withPresent("stepMicrosWithMoves", boxed(score.stepMicrosWithMoves()))
        .withPresent(
            "moveMicros",
            boxed(score.moveMicrosFirst())
                .map(
                    first ->
                        new JsonObject()
                            .with("first", first)
                            .with("steady", boxed(score.moveMicrosSteady()))))
        .withPresent("paidAfterSteps", score.payback().map(StepFigures::payback));
  }

  /** Adds the figures of a policy over the steps of one window. */
  JsonObject addWindow(PolicyScore score, int window, JsonObject json) {
    Optional<StepBand> band = score.steps().map(steps -> steps.windows().get(window));
    return json.withPresent("parPerStep", band.map(StepBand::par))
        .withPresent("parPerStepP5", band.map(StepBand::p5))
        .withPresent("parPerStepP95", band.map(StepBand::p95))
        .withPresent("activatedPerStep", read(band.map(StepBand::activated)))
        .withPresent("stepMicros", band.flatMap(steps -> boxed(steps.micros())))
        .withPresent("moveMicros", boxed(score.windows().get(window).moveMicros()));
  }

  private <T> Optional<T> read(Optional<T> figure) {
    return figure.filter(any -> report.setting().steps().measure() == StepMeasure.ACTIVATED);
  }

  private static JsonObject spread(Spread spread) {
    return new JsonObject()
        .with("mean", spread.mean())
        .with("p50", spread.p50())
        .with("p95", spread.p95())
        .with("p99", spread.p99());
  }

  private static JsonObject payback(Payback payback) {
    return new JsonObject()
        .with("first", boxed(payback.first()))
        .with("later", boxed(payback.later()));
  }

  private static Optional<Double> boxed(OptionalDouble figure) {
    return figure.stream().boxed().findFirst();
  }
}
