package io.eplb.core.advice;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The best plans that keep every expert group on one node, so that group-limited routing sends a
 * token to few nodes, against the best that do not.
 *
 * @param within the best trial whose plans keep groups together; empty if there is none
 * @param across the best of the others; empty if there is none
 */
public record Hierarchy(Optional<Trial> within, Optional<Trial> across) {
  /**
   * Parts the trials of policies on a group of several nodes and expert groups.
   *
   * @param order chooses among those that are best but for noise
   */
  static Hierarchy of(List<Trial> trials, Comparator<Trial> order) {
    return new Hierarchy(best(trials, order, true), best(trials, order, false));
  }

  private static Optional<Trial> best(
      List<Trial> trials, Comparator<Trial> order, boolean together) {
    List<Trial> some =
        trials.stream().filter(trial -> trial.groupsOnOneNode() == together).toList();
    return some.isEmpty() ? Optional.empty() : Optional.of(Noise.choose(some, order));
  }

  /**
   * Returns whether keeping groups together costs too little to give up the traffic between nodes
   * that it saves, which no figure here has.
   *
   * @param worthwhile the least part of a cost that is worth a change
   */
  public boolean worthKeeping(double worthwhile) {
    return within.isPresent()
        && (across.isEmpty()
            || across.get().saving(within.get()) < worthwhile
            || !Noise.below(across.get(), within.get()));
  }
}
