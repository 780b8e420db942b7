package io.eplb.cli.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.EpTopology;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.load.TokenConservation;
import io.eplb.core.simulation.PolicyScore;
import io.eplb.core.simulation.SimulationResult;
import io.eplb.core.simulation.WindowScore;
import java.io.IOException;

/** Prints a simulation as one JSON object, whose fields are promises to scripts. */
public final class SimulationJson {
  private SimulationJson() {}

  public static void write(SimulationReport report, JsonGenerator json) throws IOException {
    SimulationReport.Setting setting = report.setting();
    SimulationResult result = report.result();
    EpTopology topology = setting.topology();
    json.writeStartObject();
    json.writeStringField("trace", setting.trace());
    json.writeStringField("current", setting.current().orElse(null));
    json.writeNumberField("stepsPerWindow", setting.windows().steps());
    json.writeNumberField("stepsLeftOver", setting.windows().leftOver());
    json.writeNumberField("windows", result.windows());
    json.writeNumberField("scoredWindows", result.scoredWindows());
    json.writeBooleanField("interrupted", result.stopped());
    json.writeNumberField("layers", result.layers());
    json.writeNumberField("experts", topology.experts());
    json.writeNumberField("ranks", topology.ranks());
    json.writeNumberField("nodes", topology.nodes());
    json.writeNumberField("groups", topology.expertGroups());
    json.writeNumberField("slotsPerRank", topology.slotsPerRank());
    json.writeNumberField("redundantExperts", topology.redundantExperts());
    json.writeStringField("estimator", setting.estimator());
    json.writeFieldName("alpha");
    if (setting.alpha().isPresent()) {
      json.writeNumber(setting.alpha().get());
    } else {
      json.writeNull();
    }
    json.writeStringField("duplicates", setting.duplicatesAllowed() ? "allow" : "reject");
    json.writeNumberField("seed", setting.seed());
    json.writeNumberField("idleLayers", result.idleLayers());
    writeConservation(result.conservation(), json);
    json.writeArrayFieldStart("policies");
    for (PolicyScore score : result.policies()) {
      writePolicy(score, result, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeConservation(TokenConservation conservation, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart("conservation");
    json.writeNumberField("judgedWindows", conservation.judgedWindows());
    json.writeNumberField("breaches", conservation.breaches());
    TokenConservation.Breach first = conservation.firstBreach().orElse(null);
    if (first != null) {
      json.writeObjectFieldStart("first");
      json.writeNumberField("window", first.window());
      json.writeNumberField("layer", first.layer());
      json.writeNumberField("total", first.total());
      json.writeNumberField("expected", first.expected());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writePolicy(PolicyScore score, SimulationResult result, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("policy", score.policy());
    json.writeStringField("label", score.label());
    json.writeBooleanField("reference", score.reference());
    writeRatios("parNextWindow", score.parNextWindow(), json);
    writeRatios("parSameWindow", score.parSameWindow(), json);
    json.writeObjectFieldStart("lowerBound");
    writeRatios("parNextWindow", result.boundNextWindow(), json);
    writeRatios("parSameWindow", result.boundSameWindow(), json);
    json.writeStringField("bound", SimulationResult.BOUND);
    json.writeEndObject();
    json.writeObjectFieldStart("expertsMovedPerLayer");
    json.writeNumberField("first", score.movedFirst());
    json.writeFieldName("steady");
    if (score.movedSteady().isPresent()) {
      json.writeNumber(score.movedSteady().getAsDouble());
    } else {
      json.writeNull();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("planMillis");
    json.writeNumberField("median", score.planMillisMedian());
    json.writeNumberField("max", score.planMillisMax());
    json.writeEndObject();
    json.writeNumberField("rejectedLayers", score.rejectedLayers());
    json.writeNumberField("duplicates", score.duplicates());
    json.writeNumberField("failedPlans", score.failedPlans());
    if (score.lastFailure().isPresent()) {
      json.writeStringField("lastFailure", score.lastFailure().get());
    } else {
      json.writeNullField("lastFailure");
    }
    json.writeArrayFieldStart("windows");
    for (WindowScore window : score.windows()) {
      writeWindow(window, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeWindow(WindowScore window, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("window", window.window());
    json.writeNumberField("parNextWindow", window.parNextWindow());
    json.writeNumberField("parSameWindow", window.parSameWindow());
    json.writeNumberField("lowerBoundNextWindow", window.boundNextWindow());
    json.writeNumberField("lowerBoundSameWindow", window.boundSameWindow());
    json.writeNumberField("movedPerLayer", window.movedPerLayer());
    json.writeNumberField("planMillis", window.planMillis());
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
}
