package io.eplb.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.core.contract.PolicyState;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RankHeat;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.planning.ModelStatus;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The state of groups in JSON. */
final class GroupDocument {
  private static final double NANOS_PER_MILLI = 1e6;

  private GroupDocument() {}

  /** Writes the groups with the shapes of their models. */
  static void writeList(Map<String, List<ModelStatus>> groups, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("groups");
    for (Map.Entry<String, List<ModelStatus>> group : groups.entrySet()) {
      json.writeStartObject();
      json.writeStringField("group", group.getKey());
      json.writeArrayFieldStart("models");
      for (ModelStatus model : group.getValue()) {
        json.writeString(model.model());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * Writes one group.
   *
   * @param heat whether to add the load of every rank in every layer
   */
  static void write(
      String group,
      List<ModelStatus> models,
      List<RoundRecord> rounds,
      boolean heat,
      JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("group", group);
    json.writeArrayFieldStart("models");
    for (ModelStatus model : models) {
      write(model, heat, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rounds");
    for (RoundRecord round : rounds) {
      write(round, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(ModelStatus model, boolean heat, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("model", model.model());
    json.writeNumberField("layers", model.layers());
    json.writeNumberField("experts", model.experts());
    json.writeNumberField("ranks", model.ranks());
    json.writeNumberField("slots", model.slots());
    json.writeNumberField("history", model.history());
    json.writeStringField("estimator", model.estimator());
    json.writeStringField("dispatch", model.dispatch());
    json.writeNumberField("plans", model.plans());
    json.writeStringField("digest", model.digest());
    if (model.policy().isPresent()) {
      PolicyState policy = model.policy().get();
      json.writeStringField("policy", policy.name());
      json.writeNumberField("consecutive_failures", policy.consecutiveFailures());
      json.writeBooleanField("switched_off", policy.switchedOff());
    }
    if (model.latest().isPresent()) {
      json.writeFieldName("latest");
      write(model.latest().get(), heat, json);
    }
    json.writeEndObject();
  }

  private static void write(PlanRecord plan, boolean heat, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("number", plan.number());
    json.writeStringField("time", plan.time().toString());
    json.writeStringField("policy", plan.policy());
    json.writeObjectFieldStart("options");
    for (Map.Entry<String, String> option : plan.options().entrySet()) {
      json.writeStringField(option.getKey(), option.getValue());
    }
    json.writeEndObject();
    json.writeStringField("outcome", plan.outcome().name().toLowerCase(Locale.ROOT));
    json.writeStringField("reason", plan.reason());
    json.writeNumberField("moved", plan.moved());
    json.writeNumberField("plan_ms", plan.planNanos() / NANOS_PER_MILLI);
    writeMean("par_before", plan.predictedBefore(), json);
    writeMean("par_after", plan.predictedAfter(), json);
    writeNumber("par_measured", plan.measured(), json);
    writeNumber("balancedness_measured", plan.measuredBalancedness(), json);
    json.writeArrayFieldStart("rejected");
    for (RejectedLayer layer : plan.rejected()) {
      json.writeStartObject();
      json.writeNumberField("layer", layer.layer());
      json.writeStringField("rule", layer.rule());
      json.writeStringField("message", layer.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (heat) {
      write("heat_before", plan.before(), json);
      write("heat_after", plan.after(), json);
    }
    json.writeEndObject();
  }

  private static void writeMean(String name, List<Double> values, JsonGenerator json)
      throws IOException {
    writeNumber(name, values.stream().mapToDouble(Double::doubleValue).average(), json);
  }

  private static void writeNumber(String name, OptionalDouble value, JsonGenerator json)
      throws IOException {
    if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
      json.writeNumberField(name, value.getAsDouble());
    } else {
      json.writeNullField(name);
    }
  }

  private static void write(String name, RankHeat heat, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(name);
    for (int layer = 0; layer < heat.layers(); layer++) {
      json.writeStartArray();
      for (int rank = 0; rank < heat.ranks(); rank++) {
        json.writeNumber(heat.heat(layer, rank));
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static void write(RoundRecord round, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("round", round.round());
    json.writeStringField("time", round.time().toString());
    json.writeNumberField("world", round.world());
    json.writeBooleanField("unanimous", round.unanimous());
    json.writeBooleanField("changed", round.changed());
    writeRanks("missing", round.missing(), json);
    writeRanks("different", round.different(), json);
    json.writeStringField("reason", round.reason());
    json.writeEndObject();
  }

  private static void writeRanks(String name, List<Integer> ranks, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (int rank : ranks) {
      json.writeNumber(rank);
    }
    json.writeEndArray();
  }
}
