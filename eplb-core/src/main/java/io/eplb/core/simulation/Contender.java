package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import io.eplb.core.load.LoadSeries;

/**
 * A participant of a {@link Simulation}: a policy, or a reference to compare policies with. {@link
 * Contenders} finds them by name; a program may write its own. Used by one thread.
 */
public interface Contender extends AutoCloseable {
  /** Returns the name to report it under. */
  String label();

  /** Returns the name of the policy, or of the reference. */
  String policy();

  /** Returns whether this is a reference and not a competing policy. */
  boolean reference();

  /**
   * Plans one window.
   *
   * @param current the table in force
   * @param estimate the estimate from the windows so far
   * @param next the window that the plan will be scored on, layers × experts tokens; only a
   *     clairvoyant reads it
   */
  PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next);

  /** Gives up the plan under way. Any thread may call it. */
  @Override
  void close();
}
