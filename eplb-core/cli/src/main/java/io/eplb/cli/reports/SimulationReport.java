package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.load.TokenConservation;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.WindowScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The result of {@code eplb simulate}.
 *
 * @param setting what was simulated
 * @param result what came of it
 */
public record SimulationReport(Setting setting, SimulationResult result) implements Report {
  /** The row of the figures that no placement can beat. */
  static final String BOUND = "lower bound";

  /**
   * The subject of a simulation.
   *
   * @param trace the recording's name
   * @param stepsPerWindow how many steps of the recording were added up to one window
   * @param stepsLeftOver how many at its end made no window
   * @param current the name of the map that all started from; empty for the initial layout
   * @param topology the group
   * @param estimator how windows became an estimate: last, mean or ema
   * @param alpha the newest window's weight in a moving average
   * @param duplicatesAllowed whether a rank may hold two replicas of one expert
   * @param seed for policies that draw at random
   */
  public record Setting(
      String trace,
      int stepsPerWindow,
      int stepsLeftOver,
      Optional<String> current,
      EpTopology topology,
      String estimator,
      Optional<Double> alpha,
      boolean duplicatesAllowed,
      long seed) {}

  /** Returns whether a policy competes: it is no reference and gave a plan that could be used. */
  private boolean competes(PolicyScore score) {
    return !score.reference() && score.failedPlans() < result.scoredWindows();
  }

  /**
   * Returns the policies that show the least figure, several if they tie as shown; none if fewer
   * than two compete.
   */
  List<PolicyScore> best(PolicyMeasure measure) {
    List<PolicyScore> competing = result.policies().stream().filter(this::competes).toList();
    double least = competing.stream().mapToDouble(measure::of).min().orElse(0.0);
    if (competing.size() < 2 || Double.isInfinite(least)) {
      return List.of();
    }
    String shown = "";
    for (PolicyScore score : competing) {
      shown = measure.of(score) == least ? measure.shown(score) : shown;
    }
    String wanted = shown;
    return competing.stream().filter(score -> measure.shown(score).equals(wanted)).toList();
  }

  /** Returns the lower bound on the first measures: PAR next mean, p95, max, and PAR same mean. */
  Object[] bounds() {
    return new Object[] {
      result.boundNextWindow().mean(),
      result.boundNextWindow().p95(),
      result.boundNextWindow().max(),
      result.boundSameWindow().mean()
    };
  }

  /** Returns what was simulated, by the name of each fact. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "trace",
        setting.trace()
            + ": "
            + Counted.grouped(result.windows(), "window")
            + (setting.stepsPerWindow() == 1
                ? ""
                : " of " + Counted.grouped(setting.stepsPerWindow(), "step"))
            + " × "
            + Counted.grouped(result.layers(), "layer")
            + " × "
            + Counted.grouped(setting.topology().experts(), "expert")
            + setting.current().map(map -> "; starting from " + map).orElse(""));
    facts.put(
        "topology",
        TopologyFigures.text(setting.topology())
            + "; duplicates on a rank "
            + (setting.duplicatesAllowed() ? "allowed" : "rejected"));
    facts.put(
        "estimate",
        switch (setting.estimator()) {
          case "last" -> "the last window";
          case "mean" -> "mean of the windows so far";
          default ->
              "exponential moving average of the windows so far, alpha "
                  + setting.alpha().map(String::valueOf).orElse("");
        });
    facts.put(
        "scored",
        TextReport.text(
            "%,d of %s, each on the window after it%s",
            result.scoredWindows(),
            Counted.grouped(result.windows() - 1, "plan"),
            result.stopped() ? " (interrupted)" : ""));
    return facts;
  }

  /** Returns what should make people doubt the recording or a policy, a sentence each. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    TokenConservation conservation = result.conservation();
    conservation
        .firstBreach()
        .ifPresent(
            breach ->
                remarks.add(
                    TextReport.text(
                        "tokens are not conserved in %s of the recording; first in window"
                            + " %d, layer %d: %,.0f tokens, most layers have %,.0f",
                        Counted.grouped(conservation.breaches(), "layer"),
                        breach.window(),
                        breach.layer(),
                        breach.total(),
                        breach.expected())));
    if (setting.stepsLeftOver() > 0) {
      remarks.add(
          Counted.grouped(setting.stepsLeftOver(), "step")
              + " at the end of the recording made no window");
    }
    if (result.idleLayers() > 0) {
      remarks.add(
          "without any load in scored windows: "
              + Counted.grouped(result.idleLayers(), "layer")
              + "; PAR counts as 1");
    }
    for (PolicyScore score : result.policies()) {
      if (score.failedPlans() > 0) {
        remarks.add(
            score.label()
                + ": "
                + Counted.grouped(score.failedPlans(), "plan")
                + " failed and kept the table; the last: "
                + score.lastFailure().orElse("unknown"));
      }
      if (score.rejectedLayers() > 0) {
        remarks.add(
            score.label()
                + ": "
                + Counted.grouped(score.rejectedLayers(), "layer")
                + " rejected, keeping the row");
      }
      if (score.duplicates() > 0) {
        remarks.add(
            score.label()
                + ": up to "
                + Counted.grouped(score.duplicates(), "replica")
                + " beside another one on the same rank");
      }
    }
    return remarks;
  }

  @Override
  public void print(TextReport text) {
    facts().forEach((name, value) -> text.line("%-10s %s", name, value));
    text.blank();
    int width =
        result.policies().stream()
            .mapToInt(score -> score.label().length())
            .reduce(BOUND.length(), Math::max);
    String row = "%-" + width + "s ";
    text.line(
        row + "%10s %10s %10s %10s %9s %9s %10s %10s",
        "",
        "PAR next",
        "",
        "",
        "PAR same",
        "moved per",
        "layer",
        "planning",
        "ms");
    text.line(row + "%s", "policy", columns(measure -> measure.head() + " "));
    for (PolicyScore score : result.policies()) {
      text.line(
          row + "%s",
          score.label(),
          columns(measure -> measure.shown(score) + (best(measure).contains(score) ? "*" : " ")));
    }
    text.line(
        "%s",
        TextReport.text(row, BOUND) + TextReport.text("%9.4f  %9.4f  %9.4f  %9.4f", bounds()));
    text.blank();
    for (PolicyMeasure measure : PolicyMeasure.values()) {
      List<PolicyScore> best = best(measure);
      if (!best.isEmpty()) {
        text.line(
            "best %-24s %s (%s)",
            measure.title(),
            best.stream().map(PolicyScore::label).collect(Collectors.joining(", ")),
            measure.shown(best.get(0)));
      }
    }
    remarks().forEach(remark -> text.line("%s", remark));
    text.line("%s: %s", BOUND, SimulationResult.BOUND);
  }

  private static String columns(Function<PolicyMeasure, String> cell) {
    return Arrays.stream(PolicyMeasure.values())
        .map(measure -> measure.column(cell.apply(measure)))
        .collect(Collectors.joining(" "));
  }

  @Override
  public JsonObject json() {
    EpTopology topology = setting.topology();
    JsonObject json =
        new JsonObject()
            .with("trace", setting.trace())
            .with("current", setting.current())
            .with("stepsPerWindow", setting.stepsPerWindow())
            .with("stepsLeftOver", setting.stepsLeftOver())
            .with("windows", result.windows())
            .with("scoredWindows", result.scoredWindows())
            .with("interrupted", result.stopped());
    return TopologyFigures.add(result.layers(), topology, json)
        .with("redundantExperts", topology.redundantExperts())
        .with("estimator", setting.estimator())
        .with("alpha", setting.alpha())
        .with("duplicates", setting.duplicatesAllowed() ? "allow" : "reject")
        .with("seed", setting.seed())
        .with("idleLayers", result.idleLayers())
        .with("conservation", conservation(result.conservation()))
        .with("policies", result.policies().stream().map(this::policy).toList());
  }

  private static JsonObject conservation(TokenConservation conservation) {
    return new JsonObject()
        .with("judgedWindows", conservation.judgedWindows())
        .with("breaches", conservation.breaches())
        .withPresent(
            "first",
            conservation
                .firstBreach()
                .map(
                    first ->
                        new JsonObject()
                            .with("window", first.window())
                            .with("layer", first.layer())
                            .with("total", first.total())
                            .with("expected", first.expected())));
  }

  private JsonObject policy(PolicyScore score) {
    return new JsonObject()
        .with("policy", score.policy())
        .with("label", score.label())
        .with("reference", score.reference())
        .with("parNextWindow", BalanceFigures.json(score.parNextWindow()))
        .with("parSameWindow", BalanceFigures.json(score.parSameWindow()))
        .with(
            "lowerBound",
            new JsonObject()
                .with("parNextWindow", BalanceFigures.json(result.boundNextWindow()))
                .with("parSameWindow", BalanceFigures.json(result.boundSameWindow()))
                .with("bound", SimulationResult.BOUND))
        .with(
            "expertsMovedPerLayer",
            new JsonObject()
                .with("first", score.movedFirst())
                .with("steady", score.movedSteady().stream().boxed().findFirst()))
        .with(
            "planMillis",
            new JsonObject()
                .with("median", score.planMillisMedian())
                .with("max", score.planMillisMax()))
        .with("rejectedLayers", score.rejectedLayers())
        .with("duplicates", score.duplicates())
        .with("failedPlans", score.failedPlans())
        .with("lastFailure", score.lastFailure())
        .with("windows", score.windows().stream().map(SimulationReport::window).toList());
  }

  private static JsonObject window(WindowScore window) {
    return new JsonObject()
        .with("window", window.window())
        .with("parNextWindow", window.parNextWindow())
        .with("parSameWindow", window.parSameWindow())
        .with("lowerBoundNextWindow", window.boundNextWindow())
        .with("lowerBoundSameWindow", window.boundSameWindow())
        .with("movedPerLayer", window.movedPerLayer())
        .with("planMillis", window.planMillis());
  }
}
