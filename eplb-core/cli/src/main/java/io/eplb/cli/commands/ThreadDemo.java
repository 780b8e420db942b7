package io.eplb.cli.commands;

import io.eplb.api.EpTopology;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.PolicyException;
import io.eplb.api.wording.Counted;
import io.eplb.cli.arguments.ContractArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.demonstration.DemoRun;
import io.eplb.cli.demonstration.DemoScreen;
import io.eplb.cli.demonstration.RankOutage;
import io.eplb.cli.reports.CycleTable;
import io.eplb.cli.reports.DemoReport;
import io.eplb.cli.reports.TextReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.shell.Interruption;
import io.eplb.cli.shell.Terminal;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.runtime.CycleOutcome;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.RuntimeSettings;
import io.eplb.core.update.UpdateSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A demonstration whose ranks are threads of this process.
 *
 * @param source the recording's name
 * @param recording the loads to serve
 * @param topology the group
 * @param steps the steps to serve
 * @param stepTime the least time of a step
 * @param expertBytes the bytes of one expert's weights
 * @param outages the ranks that fail
 */
record ThreadDemo(
    String source,
    LoadRecording recording,
    EpTopology topology,
    int steps,
    Duration stepTime,
    int expertBytes,
    List<RankOutage> outages) {
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

  /**
   * Checks what this process can serve.
   *
   * @throws InvalidInputException if there are too many ranks, too few steps or too little memory
   */
  ThreadDemo {
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

  /**
   * Serves the recording and prints the report.
   *
   * @param options options of the policy by name
   * @return the exit code
   * @throws InternalException if the engine had a fault, or every cycle failed
   * @throws PolicyException if every cycle failed by the policy's fault
   */
  int run(
      EplbConfig config,
      DiscoveredPolicy policy,
      Map<String, String> options,
      ContractArguments contract,
      ReportArguments reports,
      PrintWriter out) {
    // Half of a cycle collects loads, the other half plans and moves.
    long interval = Math.max(1, steps / (2 * Math.max(recording.windows(), CYCLES)));
    DemoReport.Setting setting =
        new DemoReport.Setting(
            source,
            recording.windows(),
            recording.layers(),
            topology,
            policy.name(),
            contract.seed(),
            interval,
            expertBytes);
    try (DemoRun run =
        new DemoRun(
            setting,
            recording,
            steps,
            stepTime,
            outages,
            config
                .with(Settings.DYNAMIC_EPLB, true)
                .with(Settings.HEAT_COLLECTION_INTERVAL, interval)
                .with(Settings.ALGORITHM_EXECUTION_INTERVAL, PLANNING_STEPS),
            policy,
            options,
            settings(contract))) {
      return serve(run, setting, reports, out);
    }
  }

  private static RuntimeSettings settings(ContractArguments contract) {
    UpdateSettings update = UpdateSettings.DEFAULT;
    return RuntimeSettings.defaults()
        .withSeed(contract.seed())
        .withUpdate(
            new UpdateSettings(
                LAYERS_IN_FLIGHT,
                update.sendsPerRank(),
                update.receivesPerRank(),
                PATIENCE,
                PATIENCE,
                PATIENCE))
        .withContract(contract.settings());
  }

  private int serve(
      DemoRun run, DemoReport.Setting setting, ReportArguments reports, PrintWriter out) {
    Interruption interruption = new Interruption(run::stop);
    CycleTable table = reports.json() ? null : new CycleTable(new TextReport(out));
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
      reports.print(report, out);
      out.flush();
      requireSound(report);
      return report.interrupted() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    } finally {
      interruption.close();
    }
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
