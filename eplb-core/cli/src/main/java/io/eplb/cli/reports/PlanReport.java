package io.eplb.cli.reports;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.contract.Breach;
import io.eplb.api.wording.Counted;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.balance.Bottleneck;
import io.eplb.core.balance.PlanMeasure;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The result of {@code eplb plan}.
 *
 * @param policy the policy's name
 * @param topology the group planned for
 * @param layers the number of layers
 * @param ranks the ranks as they are
 * @param lostExperts the experts of a running engine that were on failed ranks alone, over all
 *     layers
 * @param dispatch the way in which the engine divides an expert's tokens among its replicas
 * @param before the balance of the table to start from, once it fits the ranks
 * @param after the balance of the accepted table, under the same load
 * @param windows the balance in each window; empty if the plan was made from a single one
 * @param bottlenecks the reasons of the peaks after the plan, in the layers with the greatest PAR;
 *     in the window with the greatest mean PAR if there are several
 * @param expected the peaks that the policy expects in its own measure; empty if it does not say
 * @param expertsMoved the number of experts that ranks must receive, over all layers
 * @param cost the bytes and the time of the moves, if the size of an expert is known
 * @param survival the experts that survive the loss of nodes, if that was asked for
 * @param rejected the breaches of rejected layers, in layer order
 * @param duplicates the number of surplus replicas of an expert on the same rank
 * @param planMillis the time of the policy's call and the contract check
 * @param output the name of the written map; empty if none was written
 */
public record PlanReport(
    String policy,
    EpTopology topology,
    int layers,
    EpRanks ranks,
    long lostExperts,
    Dispatch dispatch,
    BalanceReport before,
    BalanceReport after,
    Optional<WindowFigures> windows,
    List<Bottleneck> bottlenecks,
    Optional<PlanMeasure.Expected> expected,
    long expertsMoved,
    Optional<MoveCost> cost,
    Optional<SurvivalFigures> survival,
    List<Breach> rejected,
    long duplicates,
    Times planMillis,
    Optional<String> output)
    implements Report {
  private static final int MOST_REJECTIONS_SHOWN = 10;

  /**
   * The times of repeated plans, in milliseconds.
   *
   * @param rounds the number of plans, 1 or more
   * @param min the shortest
   * @param median the middle one, or the mean of the two in the middle
   * @param max the longest
   */
  public record Times(int rounds, double min, double median, double max) {
    /** Summarises the times of at least one plan. */
    public static Times of(double[] millis) {
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      int half = sorted.length / 2;
      double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
      return new Times(sorted.length, sorted[0], median, sorted[sorted.length - 1]);
    }
  }

  /** Returns the number of experts that ranks must receive, mean over the layers. */
  public double movedPerLayer() {
    return (double) expertsMoved / layers;
  }

  @Override
  public JsonObject json() {
    JsonObject json =
        TopologyFigures.add(layers, topology, new JsonObject().with("policy", policy))
            .with("redundantExperts", topology.redundantExperts());
    RankFigures.add(ranks, json)
        .with("lostExperts", lostExperts)
        .with("dispatch", dispatch.label())
        .with("parBefore", BalanceFigures.json(before.summary()))
        .with("parAfter", BalanceFigures.json(after.summary()))
        .withPresent("parPerWindow", windows.map(WindowFigures::json))
        .with("bottlenecks", bottlenecks.stream().map(BottleneckFigures::json).toList())
        .with("expectedPeak", expected.map(PlanReport::peaks))
        .with("idleLayers", after.idleLayers())
        .with(
            "expertsMoved",
            new JsonObject().with("total", expertsMoved).with("perLayerMean", movedPerLayer()));
    cost.ifPresent(moves -> moves.add(json));
    return json.withPresent("survival", survival.map(SurvivalFigures::json))
        .with("duplicates", duplicates)
        .with("rejectedLayers", rejected.stream().map(Breach::layer).toList())
        .with("rejections", rejected.stream().map(PlanReport::rejection).toList())
        .with(
            "planMillis",
            new JsonObject()
                .with("min", planMillis.min())
                .with("median", planMillis.median())
                .with("max", planMillis.max()))
        .with("output", output);
  }

  private static JsonObject peaks(PlanMeasure.Expected expected) {
    return new JsonObject()
        .with("layers", expected.layers())
        .with("before", expected.before())
        .with("after", expected.after());
  }

  private static JsonObject rejection(Breach breach) {
    return new JsonObject()
        .with("layer", breach.layer())
        .with("rank", place(breach.rank()))
        .with("slot", place(breach.slot()))
        .with("rule", breach.rule().name())
        .with("what", breach.what());
  }

  private static Optional<Integer> place(int place) {
    return place < 0 ? Optional.empty() : Optional.of(place);
  }

  /** Returns the facts about the plan by name, but for its balance and its moves. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Topology", topologyText());
    RankFigures.text(ranks).ifPresent(words -> facts.put("Ranks", words));
    if (dispatch != Dispatch.EVEN) {
      facts.put("Dispatch", DispatchFigures.text(dispatch));
    }
    survival.ifPresent(figures -> facts.put("Survival", figures.text()));
    facts.put("Planning time", planningText());
    if (after.idleLayers() > 0) {
      facts.put("Idle layers", idleText());
    }
    if (duplicates > 0) {
      facts.put("Duplicates", duplicatesText());
    }
    facts.put(
        "Rejected layers",
        rejected.isEmpty()
            ? "none"
            : rejected.size()
                + "; they keep their current row: "
                + rejected.stream()
                    .limit(MOST_REJECTIONS_SHOWN)
                    .map(Breach::toString)
                    .collect(Collectors.joining("; "))
                + (rejected.size() > MOST_REJECTIONS_SHOWN ? "; …" : ""));
    facts.put("Written to", output.orElse("nothing, there is no --output"));
    return facts;
  }

  private String topologyText() {
    return "%s × %s on %s"
        .formatted(
            Counted.grouped(layers, "layer"),
            Counted.grouped(topology.experts(), "expert"),
            TopologyFigures.text(topology));
  }

  private String planningText() {
    return planMillis.rounds() == 1
        ? TextReport.text("%.3f ms", planMillis.median())
        : TextReport.text(
            "%.3f ms median of %,d (min %.3f, max %.3f)",
            planMillis.median(), planMillis.rounds(), planMillis.min(), planMillis.max());
  }

  private String idleText() {
    return after.idleLayers() + " without any load, counted as PAR 1";
  }

  private String duplicatesText() {
    return Counted.grouped(duplicates, "replica") + " beside another one on the same rank";
  }

  @Override
  public void print(TextReport text) {
    text.row("policy", "%s", policy);
    TopologyFigures.print(layers, topology, text);
    RankFigures.print(ranks, text);
    if (lostExperts > 0) {
      text.row(
          "lost experts",
          "%,d over all layers, on failed ranks alone; the checkpoint has their weights",
          lostExperts);
    }
    if (dispatch != Dispatch.EVEN) {
      text.row("dispatch", "%s", DispatchFigures.text(dispatch));
    }
    windows.ifPresent(each -> each.print(text));
    BalanceFigures.print(
        windows.map(each -> "their " + each.source()).orElse(""),
        before.summary(),
        after.summary(),
        text);
    printBottlenecks(text);
    expected.ifPresent(
        peaks ->
            text.row(
                "expected peak",
                "%.4g → %.4g in the policy's own measure, mean of %s",
                peaks.before(),
                peaks.after(),
                Counted.grouped(peaks.layers(), "layer")));
    text.row("experts moved", "%,d, %.1f per layer", expertsMoved, movedPerLayer());
    cost.ifPresent(moves -> moves.print(text));
    survival.ifPresent(figures -> text.row("survival", "%s", figures.text()));
    text.row("planning time", "%s", planningText());
    if (after.idleLayers() > 0) {
      text.row("idle layers", "%s", idleText());
    }
    if (duplicates > 0) {
      text.row("duplicates", "%s", duplicatesText());
    }
    printRejections(text);
    text.written(output);
  }

  private void printBottlenecks(TextReport text) {
    if (dispatch == Dispatch.EVEN) {
      return;
    }
    BottleneckFigures.print(
        dispatch,
        windows.map(each -> "in window " + each.worstAfter().window() + ": ").orElse(""),
        bottlenecks,
        text);
  }

  private void printRejections(TextReport text) {
    if (rejected.isEmpty()) {
      text.row("rejected layers", "none");
      return;
    }
    text.row("rejected layers", "%d; they keep their current row:", rejected.size());
    rejected.stream()
        .limit(MOST_REJECTIONS_SHOWN)
        .forEach(breach -> text.row("", "%s", breach.toString()));
    if (rejected.size() > MOST_REJECTIONS_SHOWN) {
      text.row("", "… and %d more; --json lists them all", rejected.size() - MOST_REJECTIONS_SHOWN);
    }
  }
}
