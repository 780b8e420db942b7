package io.eplb.cli.reports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.eplb.api.InternalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Prints one JSON document to a writer. */
public final class JsonOutput {
  /** Writes a document. */
  public interface Document {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private JsonOutput() {}

  public static void print(PrintWriter out, Document document) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      document.writeTo(json);
    } catch (IOException impossible) {
      throw new InternalException("writing JSON to memory failed", impossible);
    }
    out.println(text);
  }
}
