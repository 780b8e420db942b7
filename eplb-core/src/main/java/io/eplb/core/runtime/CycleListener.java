package io.eplb.core.runtime;

/** A listener to the end of every balance cycle and repair, called for one after another. */
@FunctionalInterface
public interface CycleListener {
  /**
   * Receives the report of a cycle. Called by the thread that also switches layers, so it has to be
   * quick. Its exceptions are logged and otherwise ignored; only a {@link VirtualMachineError}
   * stops the rebalancing.
   */
  void cycleEnded(CycleReport report);

  /**
   * Receives the report of a repair, as {@link #cycleEnded} does that of a cycle. Does nothing
   * unless overridden.
   */
  default void repairEnded(RepairReport report) {}
}
