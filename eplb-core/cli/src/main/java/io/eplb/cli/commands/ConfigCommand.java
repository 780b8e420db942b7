package io.eplb.cli.commands;

import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.reports.ConfigNotes;
import io.eplb.cli.reports.ConfigReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.cli.shell.ProgramVersion;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code eplb config}: checks a file of settings, or shows the settings in force. */
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

  /** Returns a configuration after checking its policy and the policy's options. */
  private static EplbConfig checked(EplbConfig config, PolicyPathArguments path) {
    try (PolicyRegistry registry = path.open(config)) {
      config.resolveOptions(PolicySelection.find(registry, config).options(), Map.of());
    }
    return config;
  }

  /** The command {@code eplb config check}. */
  @Command(name = "check", description = "Checks a configuration file and changes nothing.")
  static final class Check extends EplbCommand {
    @Mixin private PolicyPathArguments policyPath;

    @Parameters(
        paramLabel = "FILE",
        completionCandidates = FileNames.Settings.class,
        description = "The configuration, YAML or JSON; - is stdin.")
    private String file = "";

    @Override
    public Integer call() {
      EplbConfig config = checked(ConfigArguments.read(file, System.in), policyPath);
      out().println(file + " is valid; it selects the policy " + config.policyName());
      TextReport text = new TextReport(out());
      ConfigNotes.of(config).forEach(note -> text.wrapped(2, "note: " + note));
      return 0;
    }
  }

  /** The command {@code eplb config show}. */
  @Command(name = "show", description = "Shows every setting, its value and where that came from.")
  static final class Show extends EplbCommand {
    @Mixin private PolicyPathArguments policyPath;

    @Mixin private ConfigArguments configArguments;

    @Mixin private ReportArguments reportArguments;

    @Override
    public Integer call() {
      reportArguments.print(
          ConfigReport.of(checked(configArguments.read(System.in), policyPath)), out());
      return 0;
    }
  }
}
