package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.runtime.CycleReport;
import io.eplb.core.runtime.RuntimeState;
import java.util.List;
import java.util.Optional;

/**
 * What {@code eplb demo} has to say, for people and machines alike.
 *
 * @param setting what was served
 * @param steps steps that every rank ended
 * @param seconds how long they took
 * @param reads slots read in all steps
 * @param bytesVerified bytes read in all steps and at the end, each as its table says
 * @param balance what became of the balance
 * @param cycles the balance cycles
 * @param price what serving paid for them
 * @param state how the runtime was doing at the end
 * @param fault what was wrong; empty if nothing was
 * @param interrupted whether it was ended by Ctrl-C
 */
public record DemoReport(
    Setting setting,
    long steps,
    double seconds,
    long reads,
    long bytesVerified,
    Balance balance,
    List<CycleReport> cycles,
    Price price,
    RuntimeState state,
    Optional<String> fault,
    boolean interrupted) {
  /**
   * What was served.
   *
   * @param recording the recording's name
   * @param windows its windows
   * @param layers its layers
   * @param topology the group
   * @param policy the policy's name
   * @param seed for a policy that draws at random
   * @param interval steps that are collected before a plan
   * @param expertBytes bytes of one expert's weights
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
   * What became of the balance.
   *
   * @param servedStart mean PAR over all steps, had the table of the start served them
   * @param served mean PAR over all steps as they were served
   * @param lastStart PAR of the last window with the table of the start
   * @param lastEnd PAR of the last window with the table of the end
   */
  public record Balance(
      double servedStart, double served, BalanceSummary lastStart, BalanceSummary lastEnd) {
    /** Returns the share of a step's time at the hottest rank that was saved. */
    double gained() {
      return 1.0 - served / servedStart;
    }
  }

  /**
   * What serving paid.
   *
   * @param waits steps of ranks that were held up at the gate
   * @param longestMillis the longest of them
   * @param totalMillis all of them together
   * @param share their share of all ranks' time
   * @param buffersLeaked buffers in use after the end
   */
  public record Price(
      long waits, double longestMillis, double totalMillis, double share, int buffersLeaked) {}

  long expertsMoved() {
    return cycles.stream().mapToLong(CycleReport::expertsMoved).sum();
  }

  /** Returns the bytes that crossed from rank to rank, those of aborted layers included. */
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
}
