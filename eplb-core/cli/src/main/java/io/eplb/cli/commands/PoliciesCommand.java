package io.eplb.cli.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.PolicyOption;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.reports.JsonOutput;
import io.eplb.cli.shell.ProgramVersion;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.LoadFailure;
import io.eplb.core.registry.PolicyRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code eplb policies}: which policies there are, where they come from and what they can be told.
 */
@Command(
    name = "policies",
    description = "Lists the policies: name, version, jar, options with their ranges.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
public final class PoliciesCommand extends EplbCommand {

  @Mixin private PolicyPathArguments policyPath;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    try (PolicyRegistry registry = policyPath.open()) {
      PrintWriter out = out();
      if (json) {
        JsonOutput.print(out, generator -> write(registry, generator));
      } else {
        print(registry, out);
      }
    }
    return 0;
  }

  private static void print(PolicyRegistry registry, PrintWriter out) {
    for (DiscoveredPolicy policy : registry.policies()) {
      out.printf(Locale.ROOT, "%s  %s  %s%n", policy.name(), policy.version(), policy.location());
      for (PolicyOption<?> option : policy.options()) {
        out.printf(
            Locale.ROOT,
            "    %s: %s (%s; default %s)%n",
            option.name(),
            option.description(),
            option.allowed(),
            option.defaultValue());
      }
    }
    for (LoadFailure failure : registry.failures()) {
      out.printf(Locale.ROOT, "not loaded: %s%n", failure);
    }
  }

  private static void write(PolicyRegistry registry, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("policies");
    for (DiscoveredPolicy policy : registry.policies()) {
      json.writeStartObject();
      json.writeStringField("name", policy.name());
      json.writeStringField("version", policy.version());
      json.writeStringField("jar", policy.location());
      json.writeArrayFieldStart("options");
      for (PolicyOption<?> option : policy.options()) {
        write(option, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("failures");
    for (LoadFailure failure : registry.failures()) {
      json.writeStartObject();
      json.writeStringField("jar", failure.location());
      if (failure.providerClass().isPresent()) {
        json.writeStringField("class", failure.providerClass().get());
      }
      json.writeStringField("reason", failure.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(PolicyOption<?> option, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", option.name());
    json.writeStringField("type", option.type().name().toLowerCase(Locale.ROOT));
    writeValue("default", Optional.of(option.defaultValue()), json);
    writeValue("minimum", option.minimum(), json);
    writeValue("maximum", option.maximum(), json);
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

  private static void writeValue(String field, Optional<?> value, JsonGenerator json)
      throws IOException {
    if (value.isEmpty()) {
      return;
    }
    Object present = value.get();
    if (present instanceof Long number) {
      json.writeNumberField(field, number);
    } else if (present instanceof Double number) {
      json.writeNumberField(field, number);
    } else if (present instanceof Boolean flag) {
      json.writeBooleanField(field, flag);
    } else {
      json.writeStringField(field, present.toString());
    }
  }
}
