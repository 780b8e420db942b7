package io.eplb.cli.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.core.migration.LayerMigration;
import io.eplb.core.migration.MigrationPlan;
import io.eplb.core.migration.MigrationRound;
import io.eplb.core.migration.Place;
import io.eplb.core.migration.RankTransfers;
import io.eplb.core.migration.WeightMove;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Prints the difference of two maps as one JSON object, whose fields are promises to scripts. */
public final class DiffJson {
  private DiffJson() {}

  public static void write(DiffReport report, JsonGenerator json) throws IOException {
    MapDifference difference = report.difference();
    int busiest = difference.busiestRank();
    json.writeStartObject();
    json.writeStringField("old", report.old());
    json.writeStringField("new", report.wanted());
    json.writeNumberField("layers", difference.layers());
    json.writeNumberField("experts", difference.experts());
    json.writeNumberField("ranks", difference.ranks());
    json.writeNumberField("nodes", report.nodes());
    json.writeNumberField("slotsPerRank", difference.slotsPerRank());
    writeMoved(difference, json);
    json.writeNumberField("slotsRewritten", difference.slotsRewritten());
    json.writeObjectFieldStart("busiestRank");
    json.writeNumberField("rank", busiest);
    json.writeNumberField("receives", difference.byRank(busiest));
    json.writeEndObject();
    if (report.price().isPresent()) {
      writePrice(report.price().get(), difference, json);
    }
    writePlan(report, json);
    json.writeEndObject();
  }

  private static void writeMoved(MapDifference difference, JsonGenerator json) throws IOException {
    long total = difference.total();
    json.writeObjectFieldStart("expertsMoved");
    json.writeNumberField("total", total);
    json.writeNumberField("perLayerMean", (double) total / difference.layers());
    json.writeArrayFieldStart("perLayer");
    for (int layer = 0; layer < difference.layers(); layer++) {
      json.writeNumber(difference.inLayer(layer));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("perRank");
    for (int rank = 0; rank < difference.ranks(); rank++) {
      json.writeNumber(difference.byRank(rank));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writePrice(
      DiffReport.Price price, MapDifference difference, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("bytes");
    json.writeNumberField("perExpert", price.expertBytes());
    json.writeNumberField("total", price.bytes(difference.total()));
    json.writeNumberField("busiestRank", price.bytes(difference.byRank(difference.busiestRank())));
    json.writeEndObject();
    if (price.link().isPresent()) {
      DiffReport.LinkTime link = price.link().get();
      json.writeNumberField("linkGbps", link.gbps());
      json.writeNumberField("seconds", link.seconds());
      json.writeNumberField("secondsLowerBound", link.secondsLowerBound());
    }
  }

  private static void writePlan(DiffReport report, JsonGenerator json) throws IOException {
    MigrationPlan plan = report.plan();
    json.writeObjectFieldStart("transferPlan");
    json.writeNumberField("transfers", plan.transfers());
    json.writeNumberField("copies", plan.copies());
    json.writeNumberField("rounds", plan.rounds());
    json.writeNumberField("roundsLowerBound", plan.roundsLowerBound());
    json.writeNumberField("sendsPerRank", plan.limits().sendsPerRank());
    json.writeNumberField("receivesPerRank", plan.limits().receivesPerRank());
    json.writeNumberField("buffersPerRank", plan.limits().buffersPerRank());
    json.writeArrayFieldStart("perRank");
    for (RankTransfers rank : plan.transfersPerRank()) {
      writeRank(rank, report.price(), json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("layers");
    for (LayerMigration layer : plan.layers()) {
      writeLayer(layer, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeRank(
      RankTransfers rank, Optional<DiffReport.Price> price, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("rank", rank.rank());
    json.writeNumberField("sends", rank.sent());
    json.writeNumberField("receives", rank.received());
    if (price.isPresent()) {
      json.writeNumberField("bytesSent", price.get().bytes(rank.sent()));
      json.writeNumberField("bytesReceived", price.get().bytes(rank.received()));
    }
    json.writeEndObject();
  }

  private static void writeLayer(LayerMigration layer, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("layer", layer.layer());
    json.writeNumberField("roundsLowerBound", layer.roundsLowerBound());
    writeMoves("copiesBefore", layer.copiesBefore(), json);
    json.writeArrayFieldStart("rounds");
    for (MigrationRound round : layer.rounds()) {
      json.writeStartObject();
      writeMoves("transfers", round.transfers(), json);
      writeMoves("copies", round.copies(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeMoves(String field, List<WeightMove> moves, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (WeightMove move : moves) {
      json.writeStartObject();
      json.writeNumberField("expert", move.expert());
      json.writeObjectFieldStart("source");
      writePlace(move.source(), json);
      json.writeEndObject();
      json.writeObjectFieldStart("destination");
      writePlace(move.destination(), json);
      if (move.destination().buffer()) {
        // Where it is to go from there.
        json.writeNumberField("slot", move.finalSlot());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writePlace(Place place, JsonGenerator json) throws IOException {
    json.writeNumberField("rank", place.rank());
    json.writeNumberField(place.buffer() ? "buffer" : "slot", place.index());
  }
}
