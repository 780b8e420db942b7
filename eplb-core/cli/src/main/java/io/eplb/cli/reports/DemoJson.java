package io.eplb.cli.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.EpTopology;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.update.UpdateReport;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Prints the demo as one JSON object, whose fields are promises to scripts. */
public final class DemoJson {
  private DemoJson() {}

  public static void write(DemoReport report, JsonGenerator json) throws IOException {
    DemoReport.Setting setting = report.setting();
    EpTopology topology = setting.topology();
    json.writeStartObject();
    json.writeStringField("recording", setting.recording());
    json.writeNumberField("windows", setting.windows());
    json.writeNumberField("layers", setting.layers());
    json.writeNumberField("experts", topology.experts());
    json.writeNumberField("ranks", topology.ranks());
    json.writeNumberField("nodes", topology.nodes());
    json.writeNumberField("groups", topology.expertGroups());
    json.writeNumberField("slotsPerRank", topology.slotsPerRank());
    json.writeNumberField("expertBytes", setting.expertBytes());
    json.writeStringField("policy", setting.policy());
    json.writeNumberField("seed", setting.seed());
    json.writeNumberField("interval", setting.interval());
    json.writeBooleanField("interrupted", report.interrupted());
    json.writeNumberField("steps", report.steps());
    json.writeNumberField("seconds", report.seconds());
    json.writeNumberField("reads", report.reads());
    json.writeNumberField("bytesVerified", report.bytesVerified());
    json.writeObjectFieldStart("parServed");
    json.writeNumberField("startTable", report.balance().servedStart());
    json.writeNumberField("tableInForce", report.balance().served());
    json.writeNumberField("gained", report.balance().gained());
    json.writeEndObject();
    ratios("parBefore", report.balance().lastStart(), json);
    ratios("parAfter", report.balance().lastEnd(), json);
    json.writeNumberField("expertsMoved", report.expertsMoved());
    json.writeNumberField("bytesMoved", report.bytesMoved());
    json.writeNumberField("layersCommitted", report.layersCommitted());
    json.writeNumberField("layersAborted", report.layersAborted());
    json.writeObjectFieldStart("gate");
    json.writeNumberField("waits", report.price().waits());
    json.writeNumberField("longestMillis", report.price().longestMillis());
    json.writeNumberField("totalMillis", report.price().totalMillis());
    json.writeNumberField("share", report.price().share());
    json.writeEndObject();
    json.writeNumberField("buffersLeaked", report.price().buffersLeaked());
    json.writeNumberField("version", report.state().version());
    text("stopped", report.state().whyStopped().orElse(null), json);
    text("fault", report.fault().orElse(null), json);
    json.writeArrayFieldStart("cycles");
    for (CycleReport cycle : report.cycles()) {
      cycle(cycle, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void cycle(CycleReport cycle, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("cycle", cycle.cycle());
    json.writeStringField("outcome", cycle.outcome().toString());
    json.writeStringField("reason", cycle.reason());
    json.writeNumberField("version", cycle.version());
    CycleReport.Balance balance = cycle.balance().orElse(null);
    if (balance != null) {
      ratios("parBefore", balance.before(), json);
      ratios("parAfter", balance.after(), json);
    }
    json.writeNumberField("expertsMoved", cycle.expertsMoved());
    json.writeNumberField("layersCommitted", cycle.layersCommitted());
    json.writeNumberField("layersAborted", cycle.layersAborted());
    json.writeNumberField("layersNotWorthIt", cycle.layersNotWorthIt());
    json.writeNumberField("layersRejected", cycle.layersRejected());
    json.writeNumberField("planMillis", millis(cycle.planTime()));
    UpdateReport update = cycle.update().orElse(null);
    if (update != null) {
      json.writeNumberField("updateMillis", millis(update.duration()));
      json.writeNumberField("pauses", update.pauses());
      json.writeNumberField("longestPauseMillis", millis(update.longestPause()));
      json.writeNumberField("pauseMillis", millis(update.totalPause()));
      json.writeNumberField("bytesMoved", update.bytes());
    }
    json.writeEndObject();
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static void text(String field, @Nullable String value, JsonGenerator json)
      throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, value);
    }
  }

  private static void ratios(String field, BalanceSummary summary, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("mean", summary.mean());
    json.writeNumberField("p95", summary.p95());
    json.writeNumberField("max", summary.max());
    json.writeEndObject();
  }
}
