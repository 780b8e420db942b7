package io.eplb.cli.reports;

import io.eplb.api.wording.Counted;
import io.eplb.core.elastic.Survival;

/**
 * The experts that survive the loss of nodes, and those that do not.
 *
 * @param failures the nodes that may fail
 * @param nodes the nodes that have a living rank
 * @param layers the number of layers
 * @param experts the experts of a layer
 * @param uncovered the experts that are on too few nodes, over all layers
 */
public record SurvivalFigures(int failures, int nodes, int layers, int experts, long uncovered) {
  /** Returns the figures of a table that was spread over nodes. */
  public static SurvivalFigures of(int failures, Survival survival) {
    return new SurvivalFigures(
        failures,
        survival.domains(),
        survival.table().layers(),
        survival.table().experts(),
        survival.uncovered());
  }

  private double uncoveredPerLayer() {
    return (double) uncovered / layers;
  }

  JsonObject json() {
    return new JsonObject()
        .with("failures", failures)
        .with("nodes", nodes)
        .with(
            "uncovered",
            new JsonObject().with("total", uncovered).with("perLayerMean", uncoveredPerLayer()));
  }

  String text() {
    return TextReport.text(
        "of %,d nodes; %.1f of %s per layer survive the loss of %s, %.1f do not",
        nodes,
        experts - uncoveredPerLayer(),
        Counted.grouped(experts, "expert"),
        Counted.grouped(failures, "node"),
        uncoveredPerLayer());
  }
}
