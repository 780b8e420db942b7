package io.eplb.cli.commands;

import io.eplb.api.EpTopology;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.arguments.ExpertArguments;
import io.eplb.cli.arguments.OutageArguments;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.ServingArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.processes.ProcessDemoRun;
import io.eplb.cli.processes.ProgramOptions;
import io.eplb.cli.reports.KillTable;
import io.eplb.cli.reports.ProcessDemoReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.selection.PolicySelection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb demo}: serves a recording in memory while experts move. */
@Command(
    name = "demo",
    description =
        "Serves a recording with an engine in memory while the runtime rebalances it, and proves"
            + " every byte that is read.",
    sortOptions = false)
public final class DemoCommand extends EplbCommand {
  private static final long EXAMPLE_RANKS = 32;
  private static final long EXAMPLE_REDUNDANT_EXPERTS = 32;

  /** The steps from plan to plan with processes. */
  private static final long PROCESS_INTERVAL = 20;

  @Mixin private ServingArguments servingArguments;
  @Mixin private TopologyArguments topologyArguments;
  @Mixin private PolicyArguments policyArguments;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "600",
      converter = WholeNumber.ServedSteps.class,
      description = "Steps to serve, spread over the windows (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Mixin private ExpertArguments expertArguments;
  @Mixin private OutageArguments outageArguments;

  @Option(
      names = "--processes",
      paramLabel = "N",
      converter = WholeNumber.Processes.class,
      description =
          "Serve with N ranks of two processes each, with planners and ZooKeeper; kill one of each"
              + " kind on the way.")
  private @Nullable Integer processes;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() throws InterruptedException {
    EplbConfig config = policyArguments.over(topologyArguments.over(defaults()));
    TopologyArguments.ranks(config);
    if (processes != null) {
      requireForProcesses(processes, config);
    }
    InputSource source = servingArguments.recording();
    LoadRecording recording = LoadFiles.read(source);
    EpTopology topology = TopologyArguments.forExperts(recording.experts(), config);
    try (PolicyRegistry registry = policyArguments.policies(config)) {
      DiscoveredPolicy policy = PolicySelection.find(registry, config);
      if (processes != null) {
        return serveWithProcesses(source.name(), recording, topology, policy);
      }
      return new ThreadDemo(
              source.name(),
              recording,
              topology,
              steps,
              servingArguments.stepTime(),
              expertArguments.bytes(),
              outageArguments.outages(topology, steps))
          .run(
              config,
              policy,
              policyArguments.options(),
              policyArguments.contract(),
              reportArguments,
              out());
    }
  }

  private EplbConfig defaults() {
    EplbConfig config = EplbConfig.defaults();
    if (servingArguments.isExample()) {
      config =
          config
              .with(Settings.RANKS, EXAMPLE_RANKS)
              .with(Settings.REDUNDANT_EXPERTS, EXAMPLE_REDUNDANT_EXPERTS);
    }
    return processes == null ? config : config.with(Settings.RANKS, (long) processes);
  }

  private void requireForProcesses(int ranks, EplbConfig config) {
    for (String option : List.of("--steps", "--fail", "--return")) {
      if (isGiven(option)) {
        throw new InvalidInputException(
            "%s is for ranks that are threads; --processes kills by itself and serves until all is back, leave %s out"
                .formatted(option, option));
      }
    }
    if (config.get(Settings.RANKS) != ranks) {
      throw new InvalidInputException(
          "--processes is %d and --ranks is %d; there is a rank for each"
              .formatted(ranks, config.get(Settings.RANKS)));
    }
    if (servingArguments.isStandardInput()) {
      throw new InvalidInputException(
          "--trace is standard input; with --processes every engine reads it, so name a file");
    }
  }

  private int serveWithProcesses(
      String source, LoadRecording recording, EpTopology topology, DiscoveredPolicy policy)
      throws InterruptedException {
    ProcessDemoReport.Setting setting =
        new ProcessDemoReport.Setting(
            source,
            recording.layers(),
            topology,
            policy.name(),
            policyArguments.contract().seed(),
            PROCESS_INTERVAL,
            expertArguments.bytes());
    ProcessDemoRun run =
        new ProcessDemoRun(
            setting,
            new ProgramOptions(
                optionsOf(new EngineCommand()),
                optionsOf(new AgentCommand()),
                optionsOf(new PlannerCommand())));
    KillTable table = reportArguments.json() ? null : new KillTable(new TextReport(out()));
    if (table != null) {
      table.head(setting);
    }
    Optional<ProcessDemoReport> report = report(run, table);
    if (report.isEmpty()) {
      return ExitCode.INTERRUPTED;
    }
    reportArguments.print(report.get(), out());
    out().flush();
    if (report.get().fault().isPresent()) {
      throw new InternalException(report.get().fault().get());
    }
    return ExitCode.DONE;
  }

  private Optional<ProcessDemoReport> report(ProcessDemoRun run, @Nullable KillTable table)
      throws InterruptedException {
    try (Progress progress = progress()) {
      return run.run(
          kill -> {
            if (table != null) {
              table.print(kill);
            }
          },
          progress::begin);
    }
  }
}
