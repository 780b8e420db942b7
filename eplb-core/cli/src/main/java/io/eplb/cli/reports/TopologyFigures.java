package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;

/** A topology in every report. */
final class TopologyFigures {
  private TopologyFigures() {}

  /** Adds the shape of a model on a topology. */
  static JsonObject add(int layers, EpTopology topology, JsonObject json) {
    return json.with("layers", layers)
        .with("experts", topology.experts())
        .with("ranks", topology.ranks())
        .with("nodes", topology.nodes())
        .with("groups", topology.expertGroups())
        .with("slotsPerRank", topology.slotsPerRank());
  }

  /** Prints the shape of a model and its topology. */
  static void print(int layers, EpTopology topology, TextReport text) {
    text.row(
        "model",
        "%s × %s",
        Counted.grouped(layers, "layer"),
        Counted.grouped(topology.experts(), "expert"));
    text.row("topology", "%s", text(topology));
  }

  /** Returns the topology for people. */
  static String text(EpTopology topology) {
    return TextReport.text(
        "%s: %s × %,d, %s, %s",
        Counted.grouped(topology.physicalExperts(), "slot"),
        Counted.grouped(topology.ranks(), "rank"),
        topology.slotsPerRank(),
        Counted.grouped(topology.nodes(), "node"),
        Counted.grouped(topology.expertGroups(), "group"));
  }
}
