package io.eplb.server.page;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.wording.OneLine;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RankHeat;
import io.eplb.server.observe.RejectedLayer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model: its last plan in full, and the points of the plans before.
 *
 * @param last the last plan
 * @param plans the last {@value #MOST_PLANS} plans, oldest first
 */
record ModelState(PlanRecord last, List<PlanPoint> plans) implements TopicContent {
  /** The plans of a model that are kept. */
  static final int MOST_PLANS = 256;

  /** The rejected layers that are written; of more, only their number is. */
  static final int MOST_REJECTED = 200;

  /** The cells of a heat map that are written; a greater map is left out. */
  static final int MOST_CELLS = 1 << 18;

  private static final int PERCENT = 100;

  static ModelState first(PlanRecord plan) {
    return new ModelState(plan, List.of(PlanPoint.of(plan)));
  }

  ModelState with(PlanRecord plan) {
    return new ModelState(plan, Kept.with(plans, PlanPoint.of(plan), MOST_PLANS));
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", last.group());
    json.writeStringField("model", last.model());
    json.writeStringField("policy", OneLine.brief(last.policy()));
    json.writeStringField("dispatch", last.dispatch().label());
    json.writeObjectFieldStart("options");
    for (Map.Entry<String, String> option : new TreeMap<>(last.options()).entrySet()) {
      json.writeStringField(OneLine.brief(option.getKey()), OneLine.brief(option.getValue()));
    }
    json.writeEndObject();
    json.writeNumberField("history", last.history());
    json.writeNumberField("layers", last.before().layers());
    json.writeNumberField("ranks", last.before().ranks());
    json.writeArrayFieldStart("rejected");
    for (RejectedLayer layer :
        last.rejected().subList(0, Math.min(MOST_REJECTED, last.rejected().size()))) {
      json.writeStartObject();
      json.writeNumberField("layer", layer.layer());
      json.writeStringField("rule", OneLine.brief(layer.rule()));
      json.writeStringField("message", OneLine.brief(layer.message()));
      json.writeEndObject();
    }
    json.writeEndArray();
    writeHeat(json, "heatBefore", last.before());
    writeHeat(json, "heatAfter", last.after());
    json.writeArrayFieldStart("plans");
    for (PlanPoint plan : plans) {
      plan.write(json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Writes layer by layer what each rank bears, in per cent of the layer's mean. */
  private static void writeHeat(JsonGenerator json, String name, RankHeat heat) throws IOException {
    if ((long) heat.layers() * heat.ranks() > MOST_CELLS) {
      json.writeNullField(name);
      return;
    }
    int[] row = new int[heat.ranks()];
    json.writeArrayFieldStart(name);
    for (int layer = 0; layer < heat.layers(); layer++) {
      for (int rank = 0; rank < row.length; rank++) {
        row[rank] = Math.round(heat.heat(layer, rank) * PERCENT);
      }
      json.writeArray(row, 0, row.length);
    }
    json.writeEndArray();
  }
}
