package io.eplb.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.core.cluster.StartUpProblem;
import io.eplb.core.cluster.StartUpReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The report of a start-up check in JSON. */
final class StartUpDocument {
  private StartUpDocument() {}

  static void write(StartUpReport report, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("consistent", report.consistent());
    json.writeArrayFieldStart("problems");
    for (StartUpProblem problem : report.problems()) {
      json.writeStartObject();
      json.writeStringField("kind", problem.kind().name().toLowerCase(Locale.ROOT));
      write("ranks", problem.ranks(), json);
      write("layers", problem.layers(), json);
      json.writeStringField("message", problem.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(String name, List<Integer> numbers, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (int number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }
}
