package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.MigrationPrice;
import io.eplb.core.migration.MigrationStage;
import io.eplb.core.migration.Place;
import io.eplb.core.migration.WeightMove;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code eplb diff}.
 *
 * @param old the name of the map in force
 * @param wanted the name of the map to come
 * @param plan the moves from one to the other
 * @param price the bytes, if the size of an expert is known
 * @param time the seconds, if the speed of the links is known too
 */
public record DiffReport(
    String old,
    String wanted,
    MigrationPlan plan,
    Optional<MigrationPrice> price,
    Optional<LinkTime> time)
    implements Report {
  /**
   * The time that the transfers take.
   *
   * @param gbps what a rank's link carries in each direction, in 10⁹ bits per second
   * @param seconds round by round, one layer after another
   * @param secondsLowerBound what the busiest rank needs to receive its experts, in whatever order
   */
  record LinkTime(double gbps, double seconds, double secondsLowerBound) {}

  /**
   * A round of a layer as it is listed.
   *
   * @param stage the number of its stage
   * @param transfers from rank to rank, in any order
   * @param copies inside ranks, after the transfers and in this order; all of a stage's are in its
   *     last round
   */
  private record Round(int stage, List<WeightMove> transfers, List<WeightMove> copies) {
    JsonObject json() {
      return new JsonObject()
          .with("stage", stage)
          .with("transfers", moves(transfers))
          .with("copies", moves(copies));
    }
  }

  /**
   * Creates a report.
   *
   * @param expertBytes the size of one expert's weights in one layer; null if it is not known
   * @param linkGbps the speed of a rank's link in each direction; null if it is not known
   * @throws InvalidInputException if the time is longer than can be counted
   */
  public static DiffReport of(
      String old,
      String wanted,
      MigrationPlan plan,
      @Nullable Long expertBytes,
      @Nullable Double linkGbps) {
    Optional<MigrationPrice> price = Optional.ofNullable(expertBytes).map(MigrationPrice::new);
    Optional<LinkTime> time =
        price.flatMap(
            each ->
                Optional.ofNullable(linkGbps)
                    .map(
                        gbps ->
                            new LinkTime(
                                gbps,
                                each.seconds(plan, gbps),
                                each.secondsLowerBound(plan, gbps))));
    return new DiffReport(old, wanted, plan, price, time);
  }

  private double movedPerLayer() {
    return (double) plan.expertsMoved() / plan.tableLayers();
  }

  private int movedToBusiest() {
    return plan.expertsMovedByRank()[plan.busiestRank()];
  }

  private int receivedByBusiest() {
    return plan.transfersReceived()[plan.busiestRank()];
  }

  @Override
  public JsonObject json() {
    EpTopology topology = plan.topology();
    return new JsonObject()
        .with("old", old)
        .with("new", wanted)
        .with("layers", plan.tableLayers())
        .with("experts", topology.experts())
        .with("ranks", topology.ranks())
        .with("nodes", topology.nodes())
        .with("slotsPerRank", topology.slotsPerRank())
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
            new JsonObject().with("rank", plan.busiestRank()).with("receives", movedToBusiest()))
        .withPresent("bytes", price.map(this::bytes))
        .withPresent("linkGbps", time.map(LinkTime::gbps))
        .withPresent("seconds", time.map(LinkTime::seconds))
        .withPresent("secondsLowerBound", time.map(LinkTime::secondsLowerBound))
        .with("transferPlan", transferPlan());
  }

  private JsonObject bytes(MigrationPrice each) {
    return new JsonObject()
        .with("perExpert", each.expertBytes())
        .with("total", each.bytes(plan.transfers()))
        .with("busiestRank", each.bytes(receivedByBusiest()));
  }

  private JsonObject transferPlan() {
    int[] sent = plan.transfersSent();
    int[] received = plan.transfersReceived();
    return new JsonObject()
        .with("transfers", plan.transfers())
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
                            .withPresent("bytesSent", price.map(each -> each.bytes(sent[rank])))
                            .withPresent(
                                "bytesReceived", price.map(each -> each.bytes(received[rank]))))
                .toList())
        .with("layers", plan.layers().stream().map(DiffReport::layer));
  }

  private static JsonObject layer(LayerMigration layer) {
    List<WeightMove> copiesBefore = new ArrayList<>();
    List<Round> rounds = new ArrayList<>();
    int number = 0;
    for (MigrationStage stage : layer.stages()) {
      for (List<WeightMove> transfers : stage.rounds()) {
        rounds.add(new Round(number, transfers, new ArrayList<>()));
      }
      List<WeightMove> copies =
          rounds.isEmpty() ? copiesBefore : rounds.get(rounds.size() - 1).copies();
      stage.receives().stream().filter(move -> !move.crossesRanks()).forEach(copies::add);
      copies.addAll(stage.copies());
      number++;
    }
    return new JsonObject()
        .with("layer", layer.layer())
        .with("stages", number)
        .with("roundsLowerBound", layer.roundsLowerBound())
        .with("copiesBefore", moves(copiesBefore))
        .with("rounds", rounds.stream().map(Round::json));
  }

  private static Stream<JsonObject> moves(List<WeightMove> moves) {
    return moves.stream().map(DiffReport::move);
  }

  private static JsonObject move(WeightMove move) {
    JsonObject destination = place(move.destination());
    if (move.destination().buffer()) {
      // Where it is to go from there.
      destination.with("slot", move.finalSlot());
    }
    return new JsonObject()
        .with("expert", move.expert())
        .with("source", place(move.source()))
        .with("destination", destination);
  }

  private static JsonObject place(Place place) {
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
        "%s in %s of %s, no plan has fewer rounds than %,d; %,d %s inside ranks",
        Counted.grouped(plan.transfers(), "transfer"),
        Counted.grouped(plan.rounds(), "round"),
        Counted.grouped(plan.stages(), "stage"),
        plan.roundsLowerBound(),
        plan.copies(),
        plan.copies() == 1 ? "copy" : "copies");
    price.ifPresent(
        each ->
            text.row(
                "bytes",
                "%,d in total, %,d to the busiest rank",
                each.bytes(plan.transfers()),
                each.bytes(receivedByBusiest())));
    time.ifPresent(
        link ->
            text.row(
                "time",
                "%.6f s at %s Gbit/s per rank and direction; no order takes less than %.6f s",
                link.seconds(),
                link.gbps(),
                link.secondsLowerBound()));
    if (!plan.layers().isEmpty()) {
      printLayers(text);
    }
    if (plan.transfers() > 0) {
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
        price.isPresent() ? "            bytes sent        bytes received" : "");
    int[] sent = plan.transfersSent();
    int[] received = plan.transfersReceived();
    for (int rank = 0; rank < sent.length; rank++) {
      if (sent[rank] + received[rank] > 0) {
        String figures = TextReport.text("%6d %,9d %,9d", rank, sent[rank], received[rank]);
        int index = rank;
        text.line(
            "%s%s",
            figures,
            price
                .map(
                    each ->
                        TextReport.text(
                            " %,21d %,21d", each.bytes(sent[index]), each.bytes(received[index])))
                .orElse(""));
      }
    }
  }
}
