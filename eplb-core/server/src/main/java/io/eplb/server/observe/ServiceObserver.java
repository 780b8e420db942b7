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

  /** Forgets a model: nothing more is shown of it, unless it plans again. */
  default void modelForgotten(String group, String model) {}

  /** Forgets a group with all its models, unless something happens in it again. */
  default void groupForgotten(String group) {}
}
