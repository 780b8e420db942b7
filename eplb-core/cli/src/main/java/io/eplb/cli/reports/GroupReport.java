package io.eplb.cli.reports;

import io.eplb.api.ExpertTable;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.cluster.Leader;
import io.eplb.core.record.RecordEntry;
import java.util.List;
import java.util.Optional;

/**
 * The result of {@code eplb group}.
 *
 * @param zookeeper the place of the group
 * @param entry the record's entry
 * @param table the table in force
 * @param away the ranks that not exactly one member claims
 * @param planner the planner that leads, if one does
 * @param output the name of the written map; empty if none was written
 */
public record GroupReport(
    String zookeeper,
    RecordEntry entry,
    ExpertTable table,
    List<Integer> away,
    Optional<Leader> planner,
    Optional<String> output)
    implements Report {
  private List<Integer> undecidedLayers() {
    return entry.state() == RecordEntry.State.PROPOSED ? entry.layers() : List.of();
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .with("zookeeper", zookeeper)
        .with("version", entry.version())
        .with("firstStep", entry.fence())
        .with("epoch", entry.epoch())
        .with("digest", entry.digest())
        .with("undecidedLayers", undecidedLayers())
        .with("layers", table.layers())
        .with("experts", table.experts())
        .with("ranks", table.ranks())
        .with("slotsPerRank", table.slotsPerRank())
        .with("away", away)
        .withPresent(
            "planner",
            planner.map(
                leader ->
                    new JsonObject()
                        .with("epoch", leader.epoch())
                        .with("address", leader.address())))
        .with("output", output);
  }

  @Override
  public void print(TextReport text) {
    text.row("group", "%s", zookeeper);
    text.row(
        "table",
        "version %,d from step %,d on, %s × %s on %s × %,d",
        entry.version(),
        entry.fence(),
        Counted.grouped(table.layers(), "layer"),
        Counted.grouped(table.experts(), "expert"),
        Counted.grouped(table.ranks(), "rank"),
        table.slotsPerRank());
    if (!undecidedLayers().isEmpty()) {
      text.row("switch", "of %s, undecided", Listed.of("layer", undecidedLayers()));
    }
    text.row(
        "ranks",
        "%s",
        away.isEmpty()
            ? "all are there"
            : Listed.of("rank", away) + " away; nothing is planned until all are there");
    text.row(
        "planner",
        "%s",
        planner
            .map(leader -> "epoch %d, %s".formatted(leader.epoch(), leader.address()))
            .orElse("none leads"));
    text.written(output);
  }
}
