package io.eplb.core.runtime;

/** Is told of every balance cycle when it has ended, one after another. */
@FunctionalInterface
public interface CycleListener {
  /**
   * Takes note of a cycle. Called by the thread that also switches layers, so it has to be quick;
   * what it throws is logged and otherwise ignored.
   */
  void cycleEnded(CycleReport report);
}
