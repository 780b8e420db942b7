package io.eplb.cli.reports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.eplb.api.InternalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A builder of a JSON object; its fields keep the order of their addition. A value is a text, a
 * number, a truth value, another object, a collection or a stream of values, or an {@link
 * Optional}, written as null if empty. A stream is read during the writing, so that a long list
 * need not be in memory.
 */
public final class JsonObject {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** Adds a field. */
  public JsonObject with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  /** Adds a field if it has a value. */
  public JsonObject withPresent(String name, Optional<?> value) {
    value.ifPresent(present -> fields.put(name, present));
    return this;
  }

  /** Prints the object as a document. */
  public void print(PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      write(this, json);
    } catch (IOException impossible) {
      throw new InternalException("writing JSON to memory failed", impossible);
    }
    out.println(text);
  }

  private static void write(Object value, JsonGenerator json) throws IOException {
    if (value instanceof JsonObject object) {
      json.writeStartObject();
      for (Map.Entry<String, Object> field : object.fields.entrySet()) {
        json.writeFieldName(field.getKey());
        write(field.getValue(), json);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> values) {
      write(values.stream(), json);
    } else if (value instanceof Stream<?> values) {
      json.writeStartArray();
      for (Iterator<?> each = values.iterator(); each.hasNext(); ) {
        write(each.next(), json);
      }
      json.writeEndArray();
    } else if (value instanceof Optional<?> optional) {
      if (optional.isPresent()) {
        write(optional.get(), json);
      } else {
        json.writeNull();
      }
    } else {
      json.writePOJO(value);
    }
  }
}
