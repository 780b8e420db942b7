package io.eplb.server.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.planning.PlanAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The writer of answers in JSON. */
final class JsonAnswer {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonAnswer() {}

  static byte[] write(PlanAnswer answer) {
    ByteArrayOutputStream output = new ByteArrayOutputStream(1 << 16);
    try (JsonGenerator json = FACTORY.createGenerator(output)) {
      json.writeStartObject();
      if (answer.table().isPresent()) {
        AnswerArrays arrays = new AnswerArrays(answer.table().get());
        json.writeFieldName("physical_to_logical");
        rows(json, arrays.physicalToLogical, arrays.layers, arrays.slots);
        json.writeFieldName("logical_to_physical");
        json.writeStartArray();
        for (int layer = 0; layer < arrays.layers; layer++) {
          int from = layer * arrays.experts * arrays.replicas;
          json.writeStartArray();
          for (int expert = 0; expert < arrays.experts; expert++) {
            json.writeArray(
                arrays.logicalToPhysical, from + expert * arrays.replicas, arrays.replicas);
          }
          json.writeEndArray();
        }
        json.writeEndArray();
        json.writeFieldName("logical_count");
        rows(json, arrays.logicalCount, arrays.layers, arrays.experts);
      }
      json.writeBooleanField("changed", answer.changed());
      numbers(json, "layer_priority", answer.layerPriority());
      json.writeNumberField("moved", answer.moved());
      par(json, "par_before", answer.parBefore());
      par(json, "par_after", answer.parAfter());
      json.writeArrayFieldStart("rejected");
      for (RejectedLayer rejected : answer.rejected()) {
        json.writeStartObject();
        json.writeNumberField("layer", rejected.layer());
        json.writeStringField("rule", rejected.rule());
        json.writeStringField("message", rejected.message());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("reason", answer.reason().orElse(null));
      json.writeBooleanField("unanimous", answer.unanimous());
      numbers(json, "missing", answer.missing());
      numbers(json, "different", answer.different());
      json.writeStringField("inputs", answer.inputs());
      json.writeStringField("digest", answer.digest());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory cannot fail", impossible);
    }
    return output.toByteArray();
  }

  private static void rows(JsonGenerator json, int[] values, int rows, int columns)
      throws IOException {
    json.writeStartArray();
    for (int row = 0; row < rows; row++) {
      json.writeArray(values, row * columns, columns);
    }
    json.writeEndArray();
  }

  private static void numbers(JsonGenerator json, String name, List<Integer> numbers)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (int number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  /** JSON has no NaN. */
  private static void par(JsonGenerator json, String name, double par) throws IOException {
    if (Double.isFinite(par)) {
      json.writeNumberField(name, par);
    } else {
      json.writeNullField(name);
    }
  }
}
