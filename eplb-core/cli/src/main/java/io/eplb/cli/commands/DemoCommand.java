package io.eplb.cli.commands;

import io.eplb.api.EpTopology;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.api.wording.Counted;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.PolicyArguments;
import io.eplb.cli.arguments.RankStep;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.demonstration.DemoRun;
import io.eplb.cli.demonstration.DemoScreen;
import io.eplb.cli.demonstration.ExampleRecording;
import io.eplb.cli.demonstration.RankOutage;
import io.eplb.cli.processes.ProcessDemoRun;
import io.eplb.cli.reports.CycleTable;
import io.eplb.cli.reports.DemoReport;
import io.eplb.cli.reports.ProcessDemoReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.shell.Interruption;
import io.eplb.cli.shell.Terminal;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.load.LoadFiles;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.runtime.CycleOutcome;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.selection.PolicySelection;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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

  /** The most ranks; each is a thread. */
  private static final int MOST_RANKS = 256;

  /** The least number of parts of the recording, each with time for one cycle. */
  private static final int CYCLES = 8;

  /** The most steps that a plan may take; steps of this engine can be very short. */
  private static final long PLANNING_STEPS = 1_000_000;

  /** The most layers to receive before they switch together; more make fewer pauses. */
  private static final int LAYERS_IN_FLIGHT = 8;

  /** The time limits of an update; all ranks share this machine, and a busy one delays them. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long REDRAW_MILLIS = 100;

  /** The steps from plan to plan with processes. */
  private static final long PROCESS_INTERVAL = 20;

  @Option(
      names = {"--trace", "--load"},
      paramLabel = "FILE",
      completionCandidates = FileNames.Loads.class,
      description =
          "Loads to serve, perhaps a trace of windows: .json, .csv, .npy or .npz; - is stdin"
              + " (default: the example that ships, on 32 ranks with 32 redundant experts).")
  private @Nullable String trace;

  @Mixin private TopologyArguments topologyArguments;
  @Mixin private PolicyArguments policyArguments;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "600",
      converter = WholeNumber.ServedSteps.class,
      description = "Steps to serve, spread over the windows (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--step-millis",
      paramLabel = "N",
      defaultValue = "20",
      converter = WholeNumber.StepMillis.class,
      description = "What a step takes at least, in milliseconds (default: ${DEFAULT-VALUE}).")
  private int stepMillis;

  @Option(
      names = "--expert-bytes",
      paramLabel = "N",
      defaultValue = "1024",
      converter = WholeNumber.ExpertBytes.class,
      description = "Bytes of one expert's weights, a multiple of 8 (default: ${DEFAULT-VALUE}).")
  private int expertBytes;

  @Option(
      names = "--fail",
      paramLabel = "RANK@STEP",
      split = ",",
      converter = RankStep.Converter.class,
      description = "Ranks to take away under load, each in a step that it does not end.")
  private List<RankStep> fail = List.of();

  @Option(
      names = "--return",
      paramLabel = "RANK@STEP",
      split = ",",
      converter = RankStep.Converter.class,
      description = "Failed ranks to give back, each after a step of the others.")
  private List<RankStep> giveBack = List.of();

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
    Integer ranks = processes;
    if (ranks != null) {
      return serveWithProcesses(ranks);
    }
    EplbConfig config = topologyArguments.over(defaults());
    TopologyArguments.ranks(config);
    InputSource source = ExampleRecording.source(trace);
    LoadRecording recording = LoadFiles.read(source);
    EpTopology topology = TopologyArguments.forExperts(recording.experts(), config);
    requireUsable(recording, topology);
    List<RankOutage> outages = outages(topology);
    // Half of a cycle collects loads, the other half plans and moves.
    long interval = Math.max(1, steps / (2 * Math.max(recording.windows(), CYCLES)));
    EplbConfig effective =
        policyArguments
            .over(config)
            .with(Settings.DYNAMIC_EPLB, true)
            .with(Settings.HEAT_COLLECTION_INTERVAL, interval)
            .with(Settings.ALGORITHM_EXECUTION_INTERVAL, PLANNING_STEPS);
    try (PolicyRegistry registry = policyArguments.policies(effective)) {
      DiscoveredPolicy policy = PolicySelection.find(registry, effective);
      DemoReport.Setting setting =
          new DemoReport.Setting(
              source.name(),
              recording.windows(),
              recording.layers(),
              topology,
              policy.name(),
              policyArguments.contract().seed(),
              interval,
              expertBytes);
      try (DemoRun run =
          new DemoRun(
              setting,
              recording,
              steps,
              stepMillis,
              outages,
              effective,
              policy,
              policyArguments.options(),
              runtimeSettings())) {
        return serve(run, setting);
      }
    }
  }

  private EplbConfig defaults() {
    EplbConfig config = EplbConfig.defaults();
    return trace != null
        ? config
        : config
            .with(Settings.RANKS, EXAMPLE_RANKS)
            .with(Settings.REDUNDANT_EXPERTS, EXAMPLE_REDUNDANT_EXPERTS);
  }

  private void requireUsable(LoadRecording recording, EpTopology topology) {
    if (topology.ranks() > MOST_RANKS) {
      throw new InvalidInputException(
          "--ranks is %d; the demo runs a thread per rank, at most %d"
              .formatted(topology.ranks(), MOST_RANKS));
    }
    if (steps < recording.windows()) {
      throw new InvalidInputException(
          "--steps is %d; the recording has %s, and each needs a step"
              .formatted(steps, Counted.of(recording.windows(), "window")));
    }
    long places = (recording.layers() + (long) LAYERS_IN_FLIGHT) * topology.physicalExperts();
    long memory = Runtime.getRuntime().maxMemory();
    if (places > memory / expertBytes) {
      throw new InvalidInputException(
          "--expert-bytes is %d; %d slots and buffers need more than the %s of this process, at most %d fit"
              .formatted(
                  expertBytes,
                  places,
                  TextReport.bytes(memory),
                  memory / places / Long.BYTES * Long.BYTES));
    }
  }

  /** Returns the outages of ranks, after a check that they can happen and leave enough slots. */
  private List<RankOutage> outages(EpTopology topology) {
    Map<Integer, Long> returns = new HashMap<>();
    for (RankStep step : giveBack) {
      step.requireWithin("--return", topology.ranks(), steps);
      if (returns.put(step.rank(), step.step()) != null) {
        throw new InvalidInputException("--return: rank " + step.rank() + " is named twice");
      }
    }
    List<RankOutage> outages = new ArrayList<>();
    Set<Integer> failing = new HashSet<>();
    for (RankStep step : fail) {
      step.requireWithin("--fail", topology.ranks(), steps);
      if (!failing.add(step.rank())) {
        throw new InvalidInputException("--fail: rank " + step.rank() + " is named twice");
      }
      Long returnsAt = returns.remove(step.rank());
      if (returnsAt != null && returnsAt <= step.step()) {
        throw new InvalidInputException(
            "--return: rank %d returns at step %d and fails at step %d; it must fail before"
                .formatted(step.rank(), returnsAt, step.step()));
      }
      outages.add(new RankOutage(step.rank(), step.step(), returnsAt));
    }
    for (int rank : returns.keySet()) {
      throw new InvalidInputException(
          "--return: rank " + rank + " does not fail; name it at --fail too");
    }
    requireSlots(topology, outages);
    return outages;
  }

  private static void requireSlots(EpTopology topology, List<RankOutage> outages) {
    for (RankOutage outage : outages) {
      long step = outage.failsAt();
      long dead =
          outages.stream()
              .filter(
                  other -> {
                    Long back = other.returnsAt();
                    return other.failsAt() <= step && (back == null || back >= step);
                  })
              .count();
      long left = (topology.ranks() - dead) * topology.slotsPerRank();
      if (left < topology.experts()) {
        throw new InvalidInputException(
            "--fail: %s would be left at step %d for %s; let fewer ranks fail or add redundant experts"
                .formatted(
                    Counted.of(left, "slot"), step, Counted.of(topology.experts(), "expert")));
      }
    }
  }

  private RuntimeSettings runtimeSettings() {
    UpdateSettings update = UpdateSettings.DEFAULT;
    return RuntimeSettings.defaults()
        .withSeed(policyArguments.contract().seed())
        .withUpdate(
            new UpdateSettings(
                LAYERS_IN_FLIGHT,
                update.sendsPerRank(),
                update.receivesPerRank(),
                PATIENCE,
                PATIENCE,
                PATIENCE))
        .withContract(policyArguments.contract().settings());
  }

  private int serve(DemoRun run, DemoReport.Setting setting) {
    Interruption interruption = new Interruption(run::stop);
    CycleTable table = reportArguments.json() ? null : new CycleTable(new TextReport(out()));
    DemoScreen screen = new DemoScreen(Terminal.lines(), steps);
    Consumer<CycleReport> ended =
        cycle -> {
          if (table != null) {
            table.print(cycle);
          }
        };
    Consumer<DemoReport.Repair> repaired =
        repair -> {
          if (table != null) {
            table.print(repair);
          }
        };
    try {
      if (table != null) {
        table.head(setting, steps);
      }
      DemoReport report = run.run(ended, repaired, screen::draw, REDRAW_MILLIS);
      reportArguments.print(report, out());
      out().flush();
      requireSound(report);
      return report.interrupted() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    } finally {
      interruption.close();
    }
  }

  private int serveWithProcesses(int ranks) throws InterruptedException {
    if (!fail.isEmpty() || !giveBack.isEmpty()) {
      throw new InvalidInputException(
          "--processes kills processes by itself; leave --fail and --return out");
    }
    EplbConfig config =
        policyArguments.over(topologyArguments.over(defaults().with(Settings.RANKS, (long) ranks)));
    if (config.get(Settings.RANKS) != ranks) {
      throw new InvalidInputException(
          "--processes is %d and --ranks is %d; there is a rank for each"
              .formatted(ranks, config.get(Settings.RANKS)));
    }
    LoadRecording recording = LoadFiles.read(ExampleRecording.source(trace));
    EpTopology topology = TopologyArguments.forExperts(recording.experts(), config);
    TextReport text = new TextReport(out());
    if (!reportArguments.json()) {
      ProcessDemoReport.head(text);
      out().flush();
    }
    Optional<ProcessDemoReport> report =
        new ProcessDemoRun(
                ExampleRecording.name(trace),
                Optional.ofNullable(trace),
                recording.layers(),
                topology,
                config.policyName(),
                policyArguments.contract().seed(),
                PROCESS_INTERVAL,
                expertBytes,
                stepMillis)
            .run(
                kill -> {
                  if (!reportArguments.json()) {
                    kill.print(text);
                    out().flush();
                  }
                });
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

  /** Throws if the engine had a fault, or if every cycle that came to its end failed. */
  private static void requireSound(DemoReport report) {
    if (report.fault().isPresent()) {
      throw new InternalException(report.fault().get());
    }
    List<CycleReport> cycles =
        report.cycles().stream().filter(cycle -> cycle.outcome() != CycleOutcome.CLOSED).toList();
    if (!cycles.isEmpty() && cycles.stream().allMatch(cycle -> cycle.outcome().failure())) {
      CycleReport last = cycles.get(cycles.size() - 1);
      String message = "every cycle failed; the last one: " + last.reason();
      throw last.outcome() == CycleOutcome.PLAN_FAILED
          ? new PolicyException(message)
          : new InternalException(message);
    }
  }
}
