package io.eplb.cli.reports;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.cli.bench.Comparison;
import io.eplb.cli.bench.PolicyFigures;
import io.eplb.core.simulation.PolicyScore;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The result of {@code eplb bench}.
 *
 * @param setting the parts of the protocols that can be chosen
 * @param results one for each recording and group
 */
public record BenchReport(Setting setting, List<Result> results) implements Report {
  private static final String COLUMNS = "%8s %8s %8s %8s %8s %7s %7s";
  private static final int LABEL = 18;
  private static final String NONE = "–";

  /**
   * The parts of the protocols that can be chosen.
   *
   * @param rounds the replays by our protocol
   * @param dispatch the way in which our protocol spreads tokens over replicas
   * @param duplicatesAllowed whether a rank may hold two replicas of one expert
   * @param seed the seed of random policies
   */
  public record Setting(int rounds, Dispatch dispatch, boolean duplicatesAllowed, long seed) {}

  /**
   * The figures of one recording on one group.
   *
   * @param trace the recording's name
   * @param windows its windows
   * @param layers its layers
   * @param topology the group
   * @param policies the figures of the policies, in their order
   */
  public record Result(
      String trace, int windows, int layers, EpTopology topology, List<PolicyFigures> policies) {}

  @Override
  public void print(TextReport text) {
    for (Result result : results) {
      text.row(
          "trace",
          "%s: %s × %s × %s",
          result.trace(),
          Counted.grouped(result.windows(), "window"),
          Counted.grouped(result.layers(), "layer"),
          Counted.grouped(result.topology().experts(), "expert"));
      text.row("topology", "%s", TopologyFigures.text(result.topology()));
      text.line(
          "%" + LABEL + "s %17s %8s %17s %15s",
          "",
          "ratio of sums",
          "PAR",
          "moved per layer",
          "plan ÷ sort");
      row("policy", text, "ranks", "slots", "next", "first", "later", "first", "later");
      result.policies().forEach(figures -> print(figures, text));
      result.policies().stream()
          .filter(figures -> figures.score().failedPlans() > 0)
          .forEach(figures -> text.wrapped(2, failure(figures)));
      text.blank();
    }
    text.wrapped(
        0, "ratio of sums: ADRS's balancedness, planned from the last window alone; 1 is perfect");
    text.wrapped(
        0,
        TextReport.text(
            "PAR, moved per layer, plan ÷ sort: planned from a moving average, alpha %.2f, %s",
            Comparison.ALPHA, Counted.grouped(setting.rounds(), "round")));
    if (setting.dispatch() != Dispatch.EVEN) {
      text.wrapped(0, "PAR under the dispatch " + DispatchFigures.text(setting.dispatch()));
    }
    text.wrapped(
        0,
        "duplicates on a rank "
            + (setting.duplicatesAllowed() ? "allowed" : "rejected")
            + "; each plan is scored on the window after it");
  }

  private static void print(PolicyFigures figures, TextReport text) {
    PolicyScore score = figures.score();
    String label = score.label();
    if (label.length() > LABEL) {
      text.line("%s", label);
      label = "";
    }
    if (figures.failed()) {
      row(label, text, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
      return;
    }
    row(
        label,
        text,
        TextReport.text("%.4f", figures.ratioOfRanks()),
        TextReport.text("%.4f", figures.ratioOfSlots()),
        TextReport.text("%.4f", score.parNextWindow().mean()),
        TextReport.text("%.1f", score.movedFirst()),
        shown("%.1f", score.movedSteady()),
        shown("%.1f", present(figures.first().planOverSort())),
        shown("%.1f", present(figures.later().planOverSort())));
  }

  private static void row(String label, TextReport text, Object... cells) {
    text.line("%-" + LABEL + "s " + COLUMNS, prepend(label, cells));
  }

  private static Object[] prepend(String label, Object[] cells) {
    Object[] all = new Object[cells.length + 1];
    all[0] = label;
    System.arraycopy(cells, 0, all, 1, cells.length);
    return all;
  }

  private static String failure(PolicyFigures figures) {
    PolicyScore score = figures.score();
    return figures
        .refusal()
        .map(reason -> "left out: " + reason)
        .orElseGet(
            () ->
                "%s: %s failed; the last one: %s"
                    .formatted(
                        score.label(),
                        Counted.grouped(score.failedPlans(), "plan"),
                        score.lastFailure().orElse("unknown")));
  }

  private static String shown(String format, OptionalDouble figure) {
    return figure.isPresent() ? TextReport.text(format, figure.getAsDouble()) : NONE;
  }

  private static OptionalDouble present(double figure) {
    return Double.isNaN(figure) ? OptionalDouble.empty() : OptionalDouble.of(figure);
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .with("alpha", Comparison.ALPHA)
        .with("dispatch", setting.dispatch().label())
        .with("rounds", setting.rounds())
        .with("duplicates", setting.duplicatesAllowed() ? "allow" : "reject")
        .with("seed", setting.seed())
        .with("results", results.stream().map(BenchReport::json).toList());
  }

  private static JsonObject json(Result result) {
    EpTopology topology = result.topology();
    JsonObject json =
        new JsonObject().with("trace", result.trace()).with("windows", result.windows());
    return TopologyFigures.add(result.layers(), topology, json)
        .with("redundantExperts", topology.redundantExperts())
        .with("policies", result.policies().stream().map(BenchReport::json).toList());
  }

  private static JsonObject json(PolicyFigures figures) {
    PolicyScore score = figures.score();
    return new JsonObject()
        .with("policy", score.policy())
        .with("label", score.label())
        .with("reference", score.reference())
        .with(
            "ratioOfSums",
            new JsonObject()
                .with("ranks", figures.ratioOfRanks())
                .with("slots", figures.ratioOfSlots()))
        .with("parNextWindow", BalanceFigures.json(score.parNextWindow()))
        .with(
            "expertsMovedPerLayer",
            new JsonObject()
                .with("first", score.movedFirst())
                .with("steady", boxed(score.movedSteady())))
        .with("firstPlan", json(figures.first()))
        .with("laterPlans", json(figures.later()))
        .with("rejectedLayers", score.rejectedLayers())
        .with("failedPlans", score.failedPlans())
        .with("lastFailure", score.lastFailure())
        .with("refusal", figures.refusal());
  }

  private static JsonObject json(PolicyFigures.Time time) {
    return new JsonObject()
        .with("planMillis", boxed(present(time.planMillis())))
        .with("planOverSort", boxed(present(time.planOverSort())));
  }

  private static Object boxed(OptionalDouble figure) {
    return figure.stream().boxed().findFirst();
  }
}
