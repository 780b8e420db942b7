package io.eplb.cli.reports;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.balance.Bottleneck;
import io.eplb.core.balance.TrafficShares;
import io.eplb.core.load.LayerIds;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.TokenConservation;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.WindowScore;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The result of {@code eplb simulate}.
 *
 * @param setting the subject
 * @param result the figures
 */
public record SimulationReport(Setting setting, SimulationResult result) implements Report {
  /** The name of the row of lower bounds. */
  public static final String BOUND = "lower bound";

  private static final int LABEL_WIDTH = 14;
  private static final int BOTTLENECKS = 10;

  /**
   * The subject of a simulation.
   *
   * @param trace the recording's name
   * @param stepsPerWindow the number of steps of the recording in one window
   * @param stepsLeftOver the number of steps at its end that are in no window
   * @param steps the treatment of single steps
   * @param current the name of the map at the start; empty for the initial layout
   * @param topology the group
   * @param ranks the ranks as they are
   * @param survive the nodes whose loss experts have to survive; 0 for none
   * @param estimator the weighting of windows: last, mean or ema
   * @param alpha the newest window's weight in a moving average
   * @param duplicatesAllowed whether a rank may hold two replicas of one expert
   * @param seed the seed of random policies
   * @param expertBytes the size of one expert's weights in one layer, if it is known
   * @param linkGbps the speed of a rank's link, if the time of moves is counted
   * @param layerIds the model's own ids of the layers
   */
  public record Setting(
      String trace,
      int stepsPerWindow,
      int stepsLeftOver,
      StepSetting steps,
      Optional<String> current,
      EpTopology topology,
      EpRanks ranks,
      int survive,
      String estimator,
      Optional<Double> alpha,
      boolean duplicatesAllowed,
      long seed,
      Optional<Long> expertBytes,
      Optional<Double> linkGbps,
      LayerIds layerIds) {}

  /** Returns whether a policy competes: it is no reference, and not all of its plans failed. */
  private boolean competes(PolicyScore score) {
    return !score.reference() && score.failedPlans() < result.scoredWindows();
  }

  /**
   * Returns the policies with the least figure, several if their printed figures are equal; none if
   * fewer than two compete.
   */
  public List<PolicyScore> best(PolicyMeasure measure) {
    return best(measure::of, measure::shown);
  }

  /** As {@link #best(PolicyMeasure)}, on single steps. */
  public List<PolicyScore> best(StepColumn column) {
    return best(column::of, column::shown);
  }

  private List<PolicyScore> best(
      ToDoubleFunction<PolicyScore> figure, Function<PolicyScore, String> shown) {
    List<PolicyScore> competing = result.policies().stream().filter(this::competes).toList();
    if (competing.size() < 2) {
      return List.of();
    }
    PolicyScore least = Collections.min(competing, Comparator.comparingDouble(figure));
    return Double.isInfinite(figure.applyAsDouble(least))
        ? List.of()
        : competing.stream()
            .filter(score -> shown.apply(score).equals(shown.apply(least)))
            .toList();
  }

  /**
   * Returns the policy with the least PAR on the next window, of those that compete; the first of
   * all if none does.
   */
  public PolicyScore leader() {
    return result.policies().stream()
        .filter(this::competes)
        .min(Comparator.comparingDouble(score -> score.parNextWindow().mean()))
        .orElse(result.policies().get(0));
  }

  /**
   * Returns the reasons of the peaks under a policy's last table, in the layers with the greatest
   * PAR in the last window; none if tokens go in equal parts, where {@link PolicyScore#lastWindow}
   * shows them.
   */
  public List<Bottleneck> bottlenecks(PolicyScore score) {
    if (result.dispatch() == Dispatch.EVEN) {
      return List.of();
    }
    LoadRecording last = result.lastWindow();
    double[] loads = new double[last.layers() * last.experts()];
    for (int layer = 0; layer < last.layers(); layer++) {
      last.copyLayer(0, layer, loads, layer * last.experts());
    }
    return Bottleneck.of(
        score.table(), loads, setting.ranks(), TrafficShares.of(result.dispatch()), BOTTLENECKS);
  }

  /** Returns the lower bound on the first measures: PAR next mean, p95, max, and PAR same mean. */
  public List<Double> bounds() {
    return List.of(
        result.boundNextWindow().mean(),
        result.boundNextWindow().p95(),
        result.boundNextWindow().max(),
        result.boundSameWindow().mean());
  }

  /** Returns the facts about the simulation by name. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "trace",
        "%s: %s%s × %s × %s%s"
            .formatted(
                setting.trace(),
                Counted.grouped(result.windows(), "window"),
                setting.stepsPerWindow() == 1
                    ? ""
                    : " of " + Counted.grouped(setting.stepsPerWindow(), "step"),
                Counted.grouped(result.layers(), "layer"),
                Counted.grouped(setting.topology().experts(), "expert"),
                setting.current().map("; starting from %s"::formatted).orElse("")));
    facts.put(
        "topology",
        TopologyFigures.text(setting.topology())
            + "; duplicates on a rank "
            + (setting.duplicatesAllowed() ? "allowed" : "rejected"));
    RankFigures.text(setting.ranks())
        .ifPresent(
            ranks ->
                facts.put(
                    "ranks",
                    ranks
                        + (setting.ranks().equalSpeeds() ? "" : "; PAR is that of load ÷ speed")));
    if (result.dispatch() != Dispatch.EVEN) {
      facts.put("dispatch", DispatchFigures.text(result.dispatch()));
    }
    facts.put(
        "estimate",
        switch (setting.steps().planFrom().isPresent() ? "steps" : setting.estimator()) {
          case "steps" ->
              "the last %s, one by one"
                  .formatted(Counted.grouped(setting.steps().planFrom().orElseThrow(), "step"));
          case "last" -> "the last window";
          case "mean" -> "mean of the windows so far";
          default ->
              "exponential moving average of the windows so far, alpha "
                  + setting.alpha().map(String::valueOf).orElse("");
        });
    setting.steps().time().map(StepFigures::text).ifPresent(text -> facts.put("step time", text));
    facts.put(
        "scored",
        TextReport.text(
            "%,d of %s, each on the window after it%s",
            result.scoredWindows(),
            Counted.grouped(result.windows() - 1, "plan"),
            result.stopped() ? " (interrupted)" : ""));
    return facts;
  }

  /** Returns warnings about the recording and the policies, a sentence each. */
  public List<String> remarks() {
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
          "%s at the end of the recording made no window"
              .formatted(Counted.grouped(setting.stepsLeftOver(), "step")));
    }
    if (result.idleLayers() > 0) {
      remarks.add(
          "without any load in scored windows: %s; PAR counts as 1"
              .formatted(Counted.grouped(result.idleLayers(), "layer")));
    }
    for (PolicyScore score : result.policies()) {
      uncovered(score)
          .ifPresent(
              uncovered ->
                  remarks.add(
                      TextReport.text(
                          "%s: %.1f of %s per layer survive the loss of %s, %.1f do not",
                          score.label(),
                          setting.topology().experts() - uncovered,
                          Counted.grouped(setting.topology().experts(), "expert"),
                          Counted.grouped(setting.survive(), "node"),
                          uncovered)));
      if (score.failedPlans() > 0) {
        remarks.add(
            "%s: %s failed and kept the table; the last: %s"
                .formatted(
                    score.label(),
                    Counted.grouped(score.failedPlans(), "plan"),
                    score.lastFailure().orElse("unknown")));
      }
      if (score.rejectedLayers() > 0) {
        remarks.add(
            "%s: %s rejected, keeping the row"
                .formatted(score.label(), Counted.grouped(score.rejectedLayers(), "layer")));
      }
      if (score.duplicates() > 0) {
        remarks.add(
            "%s: up to %s beside another one on the same rank"
                .formatted(score.label(), Counted.grouped(score.duplicates(), "replica")));
      }
    }
    return remarks;
  }

  @Override
  public void print(TextReport text) {
    facts().forEach((name, value) -> text.row(name, "%s", value));
    text.blank();
    text.line("%" + LABEL_WIDTH + "s%s", "", PolicyMeasure.GROUPS);
    row("policy", PolicyMeasure::head, text);
    for (PolicyScore score : result.policies()) {
      row(
          score.label(),
          measure -> measure.shown(score) + (best(measure).contains(score) ? "*" : " "),
          text);
    }
    Iterator<Double> bounds = bounds().iterator();
    row(BOUND, measure -> bounds.hasNext() ? measure.shown(bounds.next()) + " " : "", text);
    new StepFigures(this).print(text);
    text.blank();
    if (result.dispatch() != Dispatch.EVEN) {
      BottleneckFigures.print(
          result.dispatch(),
          "%s, last window: ".formatted(leader().label()),
          bottlenecks(leader()),
          text);
      text.blank();
    }
    if (result.policies().stream().filter(this::competes).count() > 1) {
      text.wrapped(0, "* the best of the policies" + references());
    }
    remarks().forEach(remark -> text.wrapped(0, remark));
    text.wrapped(0, BOUND + ": " + result.bound());
  }

  /** Names the references in the table, which cannot be the best. */
  private String references() {
    List<String> names =
        result.policies().stream().filter(PolicyScore::reference).map(PolicyScore::label).toList();
    return names.isEmpty()
        ? ""
        : "; %s for comparison"
            .formatted(
                String.join(" and ", names) + (names.size() == 1 ? " is there" : " are there"));
  }

  /** Prints a row; a label that is longer than its column has a line of its own. */
  private static void row(String label, Function<PolicyMeasure, String> cell, TextReport text) {
    boolean tooLong = label.length() > LABEL_WIDTH;
    if (tooLong) {
      text.line("%s", label);
    }
    text.line("%-" + LABEL_WIDTH + "s%s", tooLong ? "" : label, columns(cell));
  }

  private static String columns(Function<PolicyMeasure, String> cell) {
    return Arrays.stream(PolicyMeasure.values())
        .map(measure -> measure.column(cell.apply(measure)))
        .collect(Collectors.joining());
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
    TopologyFigures.add(result.layers(), topology, json)
        .with("redundantExperts", topology.redundantExperts());
    setting.steps().add(json);
    return RankFigures.add(setting.ranks(), json)
        .withPresent("survive", Optional.of(setting.survive()).filter(nodes -> nodes > 0))
        .with("dispatch", result.dispatch().label())
        .with("estimator", setting.estimator())
        .with("alpha", setting.alpha())
        .with("duplicates", setting.duplicatesAllowed() ? "allow" : "reject")
        .with("seed", setting.seed())
        .withPresent("expertBytes", setting.expertBytes())
        .withPresent("linkGbps", setting.linkGbps())
        .with("idleLayers", result.idleLayers())
        .with("conservation", conservation(result.conservation()))
        .with("policies", result.policies().stream().map(this::policy).toList());
  }

  /** Returns the bytes of the experts that a plan moves, over all layers. */
  public BigInteger bytesMoved(WindowScore window, long expertBytes) {
    return BigInteger.valueOf(Math.round(window.movedPerLayer() * result.layers()))
        .multiply(BigInteger.valueOf(expertBytes));
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
    JsonObject json =
        new JsonObject()
            .with("policy", score.policy())
            .with("label", score.label())
            .with("reference", score.reference())
            .with("parNextWindow", BalanceFigures.json(score.parNextWindow()))
            .with("parSameWindow", BalanceFigures.json(score.parSameWindow()))
            .with("parNextWindowPerLayer", score.parByLayer())
            .with(
                "lowerBound",
                new JsonObject()
                    .with("parNextWindow", BalanceFigures.json(result.boundNextWindow()))
                    .with("parSameWindow", BalanceFigures.json(result.boundSameWindow()))
                    .with("bound", result.bound()))
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
            .withPresent(
                "bottlenecks",
                Optional.of(bottlenecks(score).stream().map(BottleneckFigures::json).toList())
                    .filter(all -> !all.isEmpty()))
            .withPresent("uncoveredPerLayer", uncovered(score))
            .with("rejectedLayers", score.rejectedLayers())
            .with("duplicates", score.duplicates())
            .with("failedPlans", score.failedPlans())
            .with("lastFailure", score.lastFailure());
    StepFigures steps = new StepFigures(this);
    return steps
        .add(score, json)
        .with(
            "windows",
            IntStream.range(0, score.windows().size())
                .mapToObj(at -> steps.addWindow(score, at, window(score.windows().get(at))))
                .toList());
  }

  private static Optional<Double> uncovered(PolicyScore score) {
    return score.uncoveredPerLayer().stream().boxed().findFirst();
  }

  private JsonObject window(WindowScore window) {
    return new JsonObject()
        .with("window", window.window())
        .with("parNextWindow", window.parNextWindow())
        .with("parNextWindowP5", window.p5NextWindow())
        .with("parNextWindowP95", window.p95NextWindow())
        .with("parSameWindow", window.parSameWindow())
        .with("lowerBoundNextWindow", window.boundNextWindow())
        .with("lowerBoundSameWindow", window.boundSameWindow())
        .with("movedPerLayer", window.movedPerLayer())
        .withPresent("bytesMoved", setting.expertBytes().map(bytes -> bytesMoved(window, bytes)))
        .with("planMillis", window.planMillis());
  }
}
