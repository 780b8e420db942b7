package io.eplb.core.advice;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The trials behind an advice.
 *
 * @param advised the way to serve that is advised, under the present dispatch
 * @param policies every policy that plans for the group, {@code static} first, with the advised
 *     redundancy and a plan for each window; where moves have a price, in its best interval
 * @param refusing the policies that do not
 * @param curve the redundancies, each with the policy that is best with it
 * @param intervals the advised policy and redundancy by ascending interval, that of one window
 *     first
 * @param dispatches the advised trial, then the best of all policies under each other dispatch, in
 *     the advised interval unless moves have a price; with at least one slot per rank more than
 *     needed, as without replicas dispatches do not differ; {@code single} only if single steps are
 *     scored
 * @param hierarchy the policies by whether they keep expert groups on one node; empty unless there
 *     are several groups on several nodes
 */
public record Findings(
    Trial advised,
    List<Trial> policies,
    List<String> refusing,
    Curve curve,
    List<Trial> intervals,
    List<Trial> dispatches,
    Optional<Hierarchy> hierarchy) {
  /** Copies the lists. */
  public Findings {
    policies = List.copyOf(policies);
    refusing = List.copyOf(refusing);
    intervals = List.copyOf(intervals);
    dispatches = List.copyOf(dispatches);
  }

  /**
   * Returns the best trial under another dispatch, if it saves enough to change the engine for.
   *
   * @param worthwhile the least part of a cost that is worth a change
   */
  public Optional<Trial> betterDispatch(double worthwhile) {
    Trial best = dispatches.stream().min(Comparator.comparingDouble(Trial::cost)).orElse(advised);
    Trial present = dispatches.get(0);
    return best.saving(present) >= worthwhile && Noise.below(best, present)
        ? Optional.of(best)
        : Optional.empty();
  }
}
