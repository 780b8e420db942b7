package io.eplb.core.runtime;

import io.eplb.core.foreign.ForeignFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reports of the cycles that have ended. Used by one thread. */
final class CycleReports {
  private static final Logger LOG = LoggerFactory.getLogger(EplbRuntime.class);

  private final CycleListener listener;
  private @Nullable CycleReport last;

  CycleReports(CycleListener listener) {
    this.listener = listener;
  }

  /** Logs and keeps the report of the cycle that has just ended. */
  void add(CycleReport report) {
    last = report;
    CycleLog.log(report);
  }

  /**
   * Tells the listener of the last cycle.
   *
   * @throws VirtualMachineError if the listener finds the virtual machine broken
   */
  void tellLast() {
    CycleReport report = last;
    if (report != null) {
      tell("cycle " + report.cycle(), () -> listener.cycleEnded(report));
    }
  }

  /**
   * Logs the report of a repair and tells the listener of it.
   *
   * @throws VirtualMachineError if the listener finds the virtual machine broken
   */
  void tell(RepairReport report) {
    CycleLog.log(report);
    tell("a repair", () -> listener.repairEnded(report));
  }

  @SuppressWarnings("CatchingUnchecked") // A listener's fault must not end the rebalancing.
  private static void tell(String what, Runnable call) {
    try {
      call.run();
    } catch (Throwable thrown) {
      ForeignFailure.rethrowIfFatal(thrown);
      // A copy: the failure's own methods may fail when it is logged.
      LOG.warn("a listener failed on the report of {}", what, ForeignFailure.of(thrown));
    }
  }

  /** Returns the number of cycles that have ended. */
  long ended() {
    return last == null ? 0 : last.cycle();
  }

  /** Returns the report of the last cycle; null before the first has ended. */
  @Nullable CycleReport last() {
    return last;
  }

  /** Returns the outcome of the last cycle in words. */
  String lastOutcome() {
    return last == null ? "none" : last.outcome().toString();
  }
}
