package io.eplb.core.advice;

import java.util.List;

/**
 * All policies with the same redundant experts, under the same dispatch.
 *
 * @param trials the trials of every policy that plans for the group, by ascending interval; at
 *     least one policy
 * @param best the advised one of all trials
 */
record Contest(List<List<Trial>> trials, Trial best) {
  /** Returns the trials of the best policy, by ascending interval. */
  List<Trial> ofBest() {
    return trials.stream().filter(of -> of.contains(best)).findFirst().orElseThrow();
  }

  /** Returns the redundant experts of all trials. */
  int redundantExperts() {
    return best.candidate().redundantExperts();
  }
}
