package io.eplb.server.observe;

/**
 * A listener to the plans and rounds of all groups. Called by the planning threads, one event of a
 * model after the other; it returns soon and throws nothing.
 */
public interface ServiceObserver {
  /** Receives a plan that was made, or that failed. */
  default void planned(PlanRecord plan) {}

  /** Receives a round that was decided. */
  default void roundDecided(RoundRecord round) {}
}
