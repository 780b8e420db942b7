package io.eplb.server.page;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.wording.OneLine;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.server.observe.PlanFigures;
import io.eplb.server.observe.PlanRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/** A point of the charts: the part of a plan that is kept once a newer one is there. */
record PlanPoint(
    long number,
    Instant time,
    PlanRecord.Outcome outcome,
    String reason,
    BalanceSummary before,
    BalanceSummary predicted,
    BalanceSummary measured,
    long moved,
    long planNanos,
    int rejected) {
  private static final double NANOS_PER_MILLI = 1e6;

  static PlanPoint of(PlanRecord plan) {
    PlanFigures figures = PlanFigures.of(plan);
    return new PlanPoint(
        plan.number(),
        plan.time(),
        plan.outcome(),
        OneLine.brief(plan.reason()),
        figures.before(),
        figures.predicted(),
        figures.measured(),
        plan.moved(),
        plan.planNanos(),
        plan.rejected().size());
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("number", number);
    json.writeNumberField("time", time.toEpochMilli());
    json.writeStringField("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    json.writeStringField("reason", reason);
    write(json, "before", before);
    write(json, "predicted", predicted);
    write(json, "measured", measured);
    json.writeNumberField("moved", moved);
    json.writeNumberField("millis", planNanos / NANOS_PER_MILLI);
    json.writeNumberField("rejected", rejected);
    json.writeEndObject();
  }

  /** Writes [mean, p95, max], or null if it is unknown. */
  private static void write(JsonGenerator json, String name, BalanceSummary par)
      throws IOException {
    if (Double.isNaN(par.mean())) {
      json.writeNullField(name);
      return;
    }
    json.writeFieldName(name);
    json.writeArray(new double[] {par.mean(), par.p95(), par.max()}, 0, 3);
  }
}
