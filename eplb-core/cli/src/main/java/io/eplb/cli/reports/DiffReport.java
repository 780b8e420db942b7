package io.eplb.cli.reports;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Listed;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.migration.Place;
import io.eplb.core.migration.WeightMove;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The result of {@code eplb diff}.
 *
 * @param old the name of the map in force
 * @param wanted the name of the map to come
 * @param before the ranks of the map in force
 * @param after the ranks of the map to come
 * @param plan the moves from one to the other
 * @param cost their bytes and time, if the size of an expert is known
 */
public record DiffReport(
    String old,
    String wanted,
    EpRanks before,
    EpRanks after,
    MigrationPlan plan,
    Optional<MoveCost> cost)
    implements Report {
  private List<Integer> leaving() {
    return RankFigures.ranks(after, rank -> before.living(rank) && !after.living(rank));
  }

  private List<Integer> returning() {
    return RankFigures.ranks(after, rank -> !before.living(rank) && after.living(rank));
  }

  private void printRanksThatChange(TextReport text) {
    List<Integer> leaving = leaving();
    List<Integer> returning = returning();
    if (!leaving.isEmpty()) {
      text.row("leaving", "%s; no expert comes from there", Listed.of("rank", leaving));
    }
    if (!returning.isEmpty()) {
      text.row("returning", "%s", Listed.of("rank", returning));
    }
    if (!after.allSlotsUsable()) {
      text.row("ranks after", "%s", RankFigures.slots(after));
    }
  }

  private double movedPerLayer() {
    return (double) plan.expertsMoved() / plan.tableLayers();
  }

  private int movedToBusiest() {
    return plan.expertsMovedByRank()[plan.busiestRank()];
  }

  @Override
  public JsonObject json() {
    EpTopology topology = plan.topology();
    JsonObject json =
        new JsonObject()
            .with("old", old)
            .with("new", wanted)
            .with("layers", plan.tableLayers())
            .with("experts", topology.experts())
            .with("ranks", topology.ranks())
            .with("nodes", topology.nodes())
            .with("slotsPerRank", topology.slotsPerRank())
            .with("ranksFailed", RankFigures.dead(after))
            .with("ranksLeaving", leaving())
            .with("ranksReturning", returning())
            .with(
                "expertsMoved",
                new JsonObject()
                    .with("total", plan.expertsMoved())
                    .with("perLayerMean", movedPerLayer())
                    .with("perLayer", Arrays.stream(plan.expertsMovedByLayer()).boxed().toList())
                    .with("perRank", Arrays.stream(plan.expertsMovedByRank()).boxed().toList()))
            .with("slotsRewritten", plan.slotsRewritten())
            .with(
                "busiestRank",
                new JsonObject()
                    .with("rank", plan.busiestRank())
                    .with("receives", movedToBusiest()));
    cost.ifPresent(each -> each.add(json));
    return json.with("transferPlan", transferPlan());
  }

  private JsonObject transferPlan() {
    int[] sent = plan.transfersSent();
    int[] received = plan.transfersReceived();
    return new JsonObject()
        .with("transfers", plan.transfers())
        .withPresent("reloads", Optional.of(plan.reloads()).filter(count -> count > 0))
        .with("copies", plan.copies())
        .with("stages", plan.stages())
        .with("rounds", plan.rounds())
        .with("roundsLowerBound", plan.roundsLowerBound())
        .with("sendsPerRank", plan.limits().sendsPerRank())
        .with("receivesPerRank", plan.limits().receivesPerRank())
        .with("buffersPerRank", plan.limits().buffersPerRank())
        .with(
            "perRank",
            IntStream.range(0, sent.length)
                .mapToObj(
                    rank ->
                        new JsonObject()
                            .with("rank", rank)
                            .with("sends", sent[rank])
                            .with("receives", received[rank])
                            .withPresent(
                                "bytesSent", cost.map(each -> each.price().bytes(sent[rank])))
                            .withPresent(
                                "bytesReceived",
                                cost.map(each -> each.price().bytes(received[rank]))))
                .toList())
        .with("layers", plan.layers().stream().map(DiffReport::layer));
  }

  /**
   * Lists a layer's rounds. A round has transfers between ranks and reloads, in any order, and then
   * copies inside ranks, in order. The copies of a stage are in its last round, or, if it has none,
   * in the round before; copies before the first round have a list of their own.
   */
  private static JsonObject layer(LayerMigration layer) {
    List<JsonObject> copiesBefore = new ArrayList<>();
    List<JsonObject> rounds = new ArrayList<>();
    List<JsonObject> copies = copiesBefore;
    int number = 0;
    for (MigrationStage stage : layer.stages()) {
      for (List<WeightMove> transfers : stage.rounds()) {
        copies = new ArrayList<>();
        rounds.add(
            new JsonObject()
                .with("stage", number)
                .with("transfers", transfers.stream().map(DiffReport::move))
                .with("copies", copies));
      }
      Stream.concat(
              stage.receives().stream().filter(move -> !move.crossesRanks() && !move.isReload()),
              stage.copies().stream())
          .map(DiffReport::move)
          .forEach(copies::add);
      number++;
    }
    return new JsonObject()
        .with("layer", layer.layer())
        .with("stages", number)
        .with("roundsLowerBound", layer.roundsLowerBound())
        .with("copiesBefore", copiesBefore)
        .with("rounds", rounds);
  }

  private static JsonObject move(WeightMove move) {
    JsonObject destination = place(move.destination());
    if (move.destination().buffer()) {
      // The slot that it moves to from the buffer.
      destination.with("slot", move.finalSlot());
    }
    return new JsonObject()
        .with("expert", move.expert())
        .with("source", place(move.source()))
        .with("destination", destination);
  }

  private static JsonObject place(Place place) {
    if (place.equals(Place.CHECKPOINT)) {
      return new JsonObject().with("checkpoint", true);
    }
    return new JsonObject()
        .with("rank", place.rank())
        .with(place.buffer() ? "buffer" : "slot", place.index());
  }

  @Override
  public void print(TextReport text) {
    EpTopology topology = plan.topology();
    text.line(
        "%s × %s on %s × %s",
        Counted.grouped(plan.tableLayers(), "layer"),
        Counted.grouped(topology.experts(), "expert"),
        Counted.grouped(topology.ranks(), "rank"),
        Counted.grouped(topology.slotsPerRank(), "slot"));
    printRanksThatChange(text);
    text.row(
        "experts moved",
        "%,d, %.1f per layer, in %,d of %s; %s rewritten",
        plan.expertsMoved(),
        movedPerLayer(),
        plan.layers().stream().filter(layer -> layer.expertsMoved() > 0).count(),
        Counted.grouped(plan.tableLayers(), "layer"),
        Counted.grouped(plan.slotsRewritten(), "slot"));
    text.row(
        "busiest rank",
        plan.expertsMoved() == 0 ? "none" : "%d receives %s",
        plan.busiestRank(),
        Counted.grouped(movedToBusiest(), "expert"));
    text.row(
        "transfer plan",
        "%s in %s of %s; %,d %s inside ranks",
        Counted.grouped(plan.transfers(), "transfer"),
        Counted.grouped(plan.rounds(), "round"),
        Counted.grouped(plan.stages(), "stage"),
        plan.copies(),
        plan.copies() == 1 ? "copy" : "copies");
    text.row("", "no plan has fewer rounds than %,d", plan.roundsLowerBound());
    if (plan.reloads() > 0) {
      text.row(
          "reloads",
          "%s from the checkpoint, since no rank that stays holds them",
          Counted.grouped(plan.reloads(), "expert"));
    }
    cost.ifPresent(each -> each.print(text));
    if (!plan.layers().isEmpty()) {
      printLayers(text);
    }
    if (plan.transfers() + plan.reloads() > 0) {
      printRanks(text);
    }
  }

  private void printLayers(TextReport text) {
    text.blank();
    text.line(" layer     moved    stages    rounds  at least    copies  busiest rank");
    for (LayerMigration layer : plan.layers()) {
      int busiest = layer.busiestRank();
      text.line(
          "%6d %,9d %,9d %,9d %,9d %,9d  %s",
          layer.layer(),
          layer.expertsMoved(),
          layer.stages().size(),
          layer.rounds(),
          layer.roundsLowerBound(),
          layer.copies(),
          layer.expertsMoved() == 0
              ? ""
              : TextReport.text("%d receives %,d", busiest, layer.expertsMovedTo(busiest)));
    }
  }

  private void printRanks(TextReport text) {
    text.blank();
    text.line(
        "  rank     sends  receives%s",
        cost.isPresent() ? "            bytes sent        bytes received" : "");
    int[] sent = plan.transfersSent();
    int[] received = plan.transfersReceived();
    for (int rank = 0; rank < sent.length; rank++) {
      int sends = sent[rank];
      int receives = received[rank];
      if (sends + receives > 0) {
        text.line(
            "%6d %,9d %,9d%s",
            rank,
            sends,
            receives,
            cost.map(MoveCost::price)
                .map(
                    each ->
                        TextReport.text(" %,21d %,21d", each.bytes(sends), each.bytes(receives)))
                .orElse(""));
      }
    }
  }
}
