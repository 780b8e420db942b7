package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import io.eplb.core.load.LoadSeries;

/**
 * A participant of a {@link Simulation}: a policy, or a reference to hold policies against. {@link
 * Contenders} finds them by name; a program may write its own. Used by one thread.
 */
public interface Contender extends AutoCloseable {
  /** Returns the name to report it under. */
  String label();

  /** Returns the name of the policy, or of the reference. */
  String policy();

  /** Returns whether this is a reference, which no policy competes with. */
  boolean reference();

  /**
   * Plans one window.
   *
   * @param current the table in force
   * @param estimate what is known of the windows so far
   * @param next the window that the plan will be scored on, layers × experts tokens, which only a
   *     clairvoyant looks at
   */
  PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next);

  /** Gives up what is under way, from whatever thread. */
  @Override
  void close();
}
