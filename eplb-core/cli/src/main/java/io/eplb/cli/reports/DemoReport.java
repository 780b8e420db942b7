package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.RepairReport;
import io.eplb.core.runtime.RuntimeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The result of {@code eplb demo}.
 *
 * @param setting the subject
 * @param steps the number of steps that every rank ended
 * @param seconds their time
 * @param reads the number of slots read in all steps
 * @param bytesVerified the number of bytes read and found correct, in all steps and at the end
 * @param balance the balance before and after
 * @param cycles the balance cycles
 * @param repairs the repairs after ranks have failed or returned
 * @param gate the waits that they caused
 * @param buffersLeaked the number of buffers in use after the end
 * @param state the state of the runtime at the end
 * @param fault the first fault of the engine, if any
 * @param interrupted whether Ctrl-C ended it
 */
public record DemoReport(
    Setting setting,
    long steps,
    double seconds,
    long reads,
    long bytesVerified,
    Balance balance,
    List<CycleReport> cycles,
    List<Repair> repairs,
    GateWaits gate,
    int buffersLeaked,
    RuntimeState state,
    Optional<String> fault,
    boolean interrupted)
    implements Report {
  /**
   * The subject of a demonstration.
   *
   * @param recording the recording's name
   * @param windows the number of its windows
   * @param layers the number of its layers
   * @param topology the group
   * @param policy the policy's name
   * @param seed the seed of a random policy
   * @param interval the number of steps to collect before a plan
   * @param expertBytes the bytes of one expert's weights
   */
  public record Setting(
      String recording,
      int windows,
      int layers,
      EpTopology topology,
      String policy,
      long seed,
      long interval,
      long expertBytes) {
    /** Returns the bytes of all slots. */
    long bytes() {
      return expertBytes * layers * topology.physicalExperts();
    }
  }

  /**
   * The balance before and after.
   *
   * @param servedStart mean PAR over all steps with the table of the start
   * @param served mean PAR over all steps with the table in force
   * @param lastStart PAR of the last window with the table of the start
   * @param lastEnd PAR of the last window with the table of the end
   */
  public record Balance(
      double servedStart, double served, BalanceSummary lastStart, BalanceSummary lastEnd) {
    /** Returns the share of the hottest rank's load that the new tables saved. */
    double gained() {
      return 1.0 - served / servedStart;
    }
  }

  /**
   * One repair.
   *
   * @param report the runtime's report
   * @param parBefore mean PAR of the window with the table before
   * @param parAfter the same with the table after it
   */
  public record Repair(RepairReport report, double parBefore, double parAfter) {
    /** Returns what happened, in a few lines. */
    List<String> lines() {
      List<String> lines = new ArrayList<>();
      if (!report.failed().isEmpty()) {
        lines.add(
            TextReport.text(
                "%s failed and took %s along",
                named(report.failed()), Counted.grouped(report.lostExperts(), "expert")));
      }
      if (!report.returned().isEmpty()) {
        lines.add(named(report.returned()) + " returned with empty memory");
      }
      lines.add(
          TextReport.text(
              "%,d copied from ranks, %,d loaded from the checkpoint",
              report.received(), report.reloaded()));
      if (!report.failed().isEmpty()) {
        lines.add(
            TextReport.text(
                "every expert served again after %.1f ms", millis(report.untilServed())));
      }
      lines.add(
          report.complete()
              ? TextReport.text(
                  "done after %.1f ms, PAR %.4f → %.4f",
                  millis(report.duration()), parBefore, parAfter)
              : "given up: " + report.reason());
      return lines;
    }

    private static String named(List<Integer> ranks) {
      return (ranks.size() == 1 ? "rank " : "ranks ")
          + ranks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    JsonObject json() {
      return new JsonObject()
          .with("failed", report.failed())
          .with("returned", report.returned())
          .with("complete", report.complete())
          .with("reason", report.reason())
          .with("version", report.after().version())
          .with("lostExperts", report.lostExperts())
          .with("copiedFromRanks", report.received())
          .with("loadedFromCheckpoint", report.reloaded())
          .with("untilServedMillis", millis(report.untilServed()))
          .with("repairMillis", millis(report.duration()))
          .with("parBefore", parBefore)
          .with("parAfter", parAfter);
    }

    private static double millis(Duration duration) {
      return duration.toNanos() / 1e6;
    }
  }

  /**
   * The waits of ranks at the gate.
   *
   * @param waits their number
   * @param longestMillis the longest
   * @param totalMillis the sum
   * @param share the sum as a share of all ranks' time
   */
  public record GateWaits(long waits, double longestMillis, double totalMillis, double share) {}

  long expertsMoved() {
    return cycles.stream().mapToLong(CycleReport::expertsMoved).sum();
  }

  /** Returns the bytes moved between ranks, including those of aborted layers. */
  long bytesMoved() {
    return cycles.stream()
        .mapToLong(cycle -> cycle.update().map(update -> update.bytes()).orElse(0L))
        .sum();
  }

  int layersCommitted() {
    return cycles.stream().mapToInt(CycleReport::layersCommitted).sum();
  }

  int layersAborted() {
    return cycles.stream().mapToInt(CycleReport::layersAborted).sum();
  }

  @Override
  public JsonObject json() {
    EpTopology topology = setting.topology();
    JsonObject json =
        new JsonObject().with("recording", setting.recording()).with("windows", setting.windows());
    return TopologyFigures.add(setting.layers(), topology, json)
        .with("expertBytes", setting.expertBytes())
        .with("policy", setting.policy())
        .with("seed", setting.seed())
        .with("interval", setting.interval())
        .with("interrupted", interrupted)
        .with("steps", steps)
        .with("seconds", seconds)
        .with("reads", reads)
        .with("bytesVerified", bytesVerified)
        .with(
            "parServed",
            new JsonObject()
                .with("startTable", balance.servedStart())
                .with("tableInForce", balance.served())
                .with("gained", balance.gained()))
        .with("parBefore", BalanceFigures.json(balance.lastStart()))
        .with("parAfter", BalanceFigures.json(balance.lastEnd()))
        .with("expertsMoved", expertsMoved())
        .with("bytesMoved", bytesMoved())
        .with("layersCommitted", layersCommitted())
        .with("layersAborted", layersAborted())
        .with(
            "gate",
            new JsonObject()
                .with("waits", gate.waits())
                .with("longestMillis", gate.longestMillis())
                .with("totalMillis", gate.totalMillis())
                .with("share", gate.share()))
        .with("buffersLeaked", buffersLeaked)
        .with("version", state.version())
        .with("stopped", state.whyStopped())
        .with("fault", fault)
        .withPresent(
            "repairs",
            Optional.of(repairs)
                .filter(all -> !all.isEmpty())
                .map(all -> all.stream().map(Repair::json).toList()))
        .with("cycles", cycles.stream().map(CycleTable::json).toList());
  }

  @Override
  public void print(TextReport text) {
    text.blank();
    if (interrupted) {
      text.row("interrupted", "by Ctrl-C; this is what was done until then");
    }
    text.row(
        "served",
        "%s in %.1f s; %s, %s, every byte %s",
        Counted.grouped(steps, "step"),
        seconds,
        Counted.grouped(reads, "read"),
        TextReport.bytes(bytesVerified),
        fault.isEmpty() ? "verified" : "read until the fault");
    text.row(
        "PAR served",
        "%.4f, %.4f with the table of the start: %.1f %% less on the hottest rank",
        balance.served(),
        balance.servedStart(),
        100.0 * balance.gained());
    BalanceFigures.print("", balance.lastStart(), balance.lastEnd(), text);
    text.row(
        "moved",
        "%s, %s; %s committed, %,d aborted, in %s",
        Counted.grouped(expertsMoved(), "expert"),
        TextReport.bytes(bytesMoved()),
        Counted.grouped(layersCommitted(), "layer"),
        layersAborted(),
        Counted.grouped(cycles.size(), "cycle"));
    text.row(
        "price",
        "%,d of %,d steps of ranks were held up, %.3f ms at most, %.3f %% of serving time",
        gate.waits(),
        steps * setting.topology().ranks(),
        gate.longestMillis(),
        100.0 * gate.share());
    text.row("buffers leaked", "%,d", buffersLeaked);
    state.whyStopped().ifPresent(why -> text.row("stopped", "%s", why));
    fault.ifPresent(what -> text.row("fault", "%s", what));
  }
}
