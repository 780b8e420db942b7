package io.eplb.server.routes;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.PolicyOption;
import io.eplb.server.planning.PolicyDescription;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The policies that a question may name, in JSON, with the words of {@code eplb policies}. */
final class PolicyDocument {
  private PolicyDocument() {}

  static void write(List<PolicyDescription> policies, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("policies");
    for (PolicyDescription policy : policies) {
      json.writeStartObject();
      json.writeStringField("name", policy.name());
      json.writeStringField("version", policy.version());
      json.writeStringField("source", policy.source());
      json.writeArrayFieldStart("options");
      for (PolicyOption<?> option : policy.options()) {
        write(option, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(PolicyOption<?> option, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", option.name());
    json.writeStringField("type", option.type().name().toLowerCase(Locale.ROOT));
    write("default", Optional.of(option.defaultValue()), json);
    write("minimum", option.minimum(), json);
    write("maximum", option.maximum(), json);
    if (!option.choices().isEmpty()) {
      json.writeArrayFieldStart("choices");
      for (String choice : option.choices()) {
        json.writeString(choice);
      }
      json.writeEndArray();
    }
    json.writeStringField("description", option.description());
    json.writeEndObject();
  }

  private static void write(String name, Optional<?> value, JsonGenerator json) throws IOException {
    if (value.isPresent()) {
      json.writeFieldName(name);
      if (value.get() instanceof Long whole) {
        json.writeNumber(whole);
      } else if (value.get() instanceof Double number) {
        json.writeNumber(number);
      } else if (value.get() instanceof Boolean flag) {
        json.writeBoolean(flag);
      } else {
        json.writeString(value.get().toString());
      }
    }
  }
}
