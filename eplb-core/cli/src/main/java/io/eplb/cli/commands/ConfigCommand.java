package io.eplb.cli.commands;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.ConfiguredPolicy;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.reports.JsonOutput;
import io.eplb.cli.shell.ProgramVersion;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.EplbConfig.Sourced;
import io.eplb.core.registry.PolicyRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code eplb config}: checks a configuration file, or shows what holds and why. */
@Command(
    name = "config",
    description = "Checks a configuration file, or shows the effective settings.",
    synopsisSubcommandLabel = "(check FILE | show)",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
public final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: eplb config check FILE, or eplb config show");
  }

  /** Everything about a configuration that can be wrong, the policy and its options included. */
  private static EplbConfig checked(EplbConfig config, PolicyPathArguments path) {
    try (PolicyRegistry registry = path.open()) {
      config.resolveOptions(ConfiguredPolicy.find(registry, config).options(), Map.of());
    }
    return config;
  }

  /** {@code eplb config check}. */
  @Command(
      name = "check",
      description = "Checks a configuration file and changes nothing.",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class)
  static final class Check extends EplbCommand {
    @Mixin private PolicyPathArguments policyPath;

    @Parameters(paramLabel = "FILE", description = "The configuration, YAML or JSON; - is stdin.")
    private String file = "";

    @Override
    public Integer call() {
      EplbConfig config = checked(ConfigArguments.read(file, System.in), policyPath);
      out().println(file + " is valid; it selects the policy " + config.policyName());
      return 0;
    }
  }

  /** {@code eplb config show}. */
  @Command(
      name = "show",
      description = "Shows every setting, its value and where that came from.",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class)
  static final class Show extends EplbCommand {
    @Mixin private PolicyPathArguments policyPath;

    @Mixin private ConfigArguments configArguments;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
      EplbConfig config = checked(configArguments.read(System.in), policyPath);
      PrintWriter out = out();
      if (json) {
        JsonOutput.print(out, generator -> write(config, generator));
        return 0;
      }
      config.settings().forEach((name, sourced) -> print(name, sourced, out));
      config
          .policyOptions()
          .forEach((name, sourced) -> print("policy_options." + name, sourced, out));
      return 0;
    }

    private static void print(String name, Sourced sourced, PrintWriter out) {
      Object value = sourced.value();
      out.printf(
          Locale.ROOT,
          "%-34s %-16s %s%n",
          name,
          value instanceof String text && text.isEmpty() ? "null" : value,
          sourced.origin());
    }

    private static void write(EplbConfig config, JsonGenerator json) throws IOException {
      json.writeStartObject();
      for (Map.Entry<String, Sourced> entry : config.settings().entrySet()) {
        write(entry.getKey(), entry.getValue(), json);
      }
      for (Map.Entry<String, Sourced> entry : config.policyOptions().entrySet()) {
        write("policy_options." + entry.getKey(), entry.getValue(), json);
      }
      json.writeEndObject();
    }

    private static void write(String name, Sourced sourced, JsonGenerator json) throws IOException {
      json.writeObjectFieldStart(name);
      Object value = sourced.value();
      if (value instanceof String text && text.isEmpty()) {
        json.writeNullField("value");
      } else if (value instanceof String text) {
        json.writeStringField("value", text);
      } else if (value instanceof Boolean flag) {
        json.writeBooleanField("value", flag);
      } else {
        json.writeFieldName("value");
        json.writeNumber(value.toString());
      }
      json.writeStringField("origin", sourced.origin().toString());
      json.writeEndObject();
    }
  }
}
