package io.eplb.cli.processes;

import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.engine.shared.AgentGate;
import io.eplb.core.engine.shared.GateMemory;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.engine.standin.StepLogCheck;
import io.eplb.core.record.CommitRecord.RecordedTable;
import io.eplb.core.record.RecordEntry;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The end of a group of processes: it is ended in order, then memory and logs of all ranks are
 * compared with the record.
 */
final class GroupVerification {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private GroupVerification() {}

  /**
   * The findings.
   *
   * @param version the version in force
   * @param steps the steps of all ranks
   * @param starts the starts of engines
   * @param bytes the bytes that were read and are right
   * @param fault the first thing that is wrong; empty if all is right
   */
  record Result(long version, long steps, int starts, long bytes, Optional<String> fault) {}

  /**
   * Ends the planners, waits until all ranks have carried out the last switch, ends the ranks, and
   * compares.
   *
   * @throws InternalException if a rank does not carry it out
   */
  static Result of(
      DemoCluster.Setting setting, DemoCluster cluster, RecordWatch watch, Patience patience)
      throws InterruptedException, EndedException {
    cluster.endPlanners();
    RecordedTable last = patience.get("reading the table", watch.record()::table);
    ExpertTable table = last.table();
    awaitCarriedOut(setting, table, patience);
    cluster.endRanks();
    List<RecordEntry> entries = new ArrayList<>(watch.entries());
    entries.add(last.entry());
    StepLogCheck.Result logs = StepLogCheck.check(setting.logs(), setting.ranks(), entries);
    long bytes = 0;
    Optional<String> fault = logs.faults().stream().findFirst();
    for (int rank = 0; rank < setting.ranks(); rank++) {
      try {
        bytes +=
            SharedWeights.open(setting.shared(), shape(setting), rank, Runnable::run).verify(table);
      } catch (EplbException wrong) {
        fault = Optional.of("rank %d: %s".formatted(rank, wrong.getMessage()));
      }
    }
    return new Result(table.version(), logs.steps(), logs.starts(), bytes, fault);
  }

  /** Returns the sizes of the memory of a rank. */
  static WeightsShape shape(DemoCluster.Setting setting) {
    ExpertTable first = setting.first();
    return WeightsShape.of(first, first.slotsPerRank(), setting.expertBytes());
  }

  /** Returns the gate of a rank's engine as it is now. */
  static AgentGate gate(DemoCluster.Setting setting, int rank) {
    return new AgentGate(GateMemory.open(setting.shared().gate(rank), shape(setting).gate(rank)));
  }

  private static void awaitCarriedOut(
      DemoCluster.Setting setting, ExpertTable table, Patience patience)
      throws InterruptedException, EndedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    for (int rank = 0; rank < setting.ranks(); rank++) {
      AgentGate gate = gate(setting, rank);
      while (gate.status().version() != table.version()) {
        if (System.nanoTime() > end) {
          throw new InternalException(
              "rank %d has not carried version %d out within %d s; what the processes said is in %s"
                  .formatted(rank, table.version(), LONGEST.toSeconds(), setting.folder()));
        }
        patience.pause(LOOK);
      }
    }
  }
}
