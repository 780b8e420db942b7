package io.eplb.core.runtime;

/** A listener that is told of every balance cycle when it has ended, one after another. */
@FunctionalInterface
public interface CycleListener {
  /**
   * Takes note of a cycle. Called by the thread that also switches layers, so it has to be quick.
   * What it throws is logged and otherwise ignored, but for errors that say that the virtual
   * machine is broken: these stop the rebalancing.
   */
  void cycleEnded(CycleReport report);
}
