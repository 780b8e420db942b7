package io.eplb.cli.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.contract.Breach;
import io.eplb.core.balance.BalanceSummary;
import java.io.IOException;

/** Prints a plan as one JSON object, whose fields are promises to scripts. */
public final class PlanReportJson {
  private PlanReportJson() {}

  public static void write(PlanReport report, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("policy", report.policy());
    json.writeNumberField("layers", report.layers());
    json.writeNumberField("experts", report.topology().experts());
    json.writeNumberField("ranks", report.topology().ranks());
    json.writeNumberField("nodes", report.topology().nodes());
    json.writeNumberField("groups", report.topology().expertGroups());
    json.writeNumberField("slotsPerRank", report.topology().slotsPerRank());
    json.writeNumberField("redundantExperts", report.topology().redundantExperts());
    writeRatios("parBefore", report.before().summary(), json);
    writeRatios("parAfter", report.after().summary(), json);
    json.writeNumberField("idleLayers", report.after().idleLayers());
    json.writeObjectFieldStart("expertsMoved");
    json.writeNumberField("total", report.expertsMoved());
    json.writeNumberField("perLayerMean", (double) report.expertsMoved() / report.layers());
    json.writeEndObject();
    json.writeNumberField("duplicates", report.duplicates());
    json.writeArrayFieldStart("rejectedLayers");
    for (Breach breach : report.rejected()) {
      json.writeNumber(breach.layer());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rejections");
    for (Breach breach : report.rejected()) {
      writeRejection(breach, json);
    }
    json.writeEndArray();
    json.writeObjectFieldStart("planMillis");
    json.writeNumberField("min", report.planMillis().min());
    json.writeNumberField("median", report.planMillis().median());
    json.writeNumberField("max", report.planMillis().max());
    json.writeEndObject();
    json.writeStringField("output", report.output());
    json.writeEndObject();
  }

  private static void writeRatios(String field, BalanceSummary summary, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("mean", summary.mean());
    json.writeNumberField("p95", summary.p95());
    json.writeNumberField("max", summary.max());
    json.writeEndObject();
  }

  private static void writeRejection(Breach breach, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("layer", breach.layer());
    writePlace("rank", breach.rank(), json);
    writePlace("slot", breach.slot(), json);
    json.writeStringField("rule", breach.rule().name());
    json.writeStringField("what", breach.what());
    json.writeEndObject();
  }

  private static void writePlace(String field, int place, JsonGenerator json) throws IOException {
    if (place < 0) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, place);
    }
  }
}
