package io.eplb.core.advice;

import io.eplb.api.Dispatch;

/**
 * A way to serve, to be tried on a recording.
 *
 * @param policy the name of the policy, or {@code static}
 * @param redundantExperts the slots of a layer beyond one for each expert
 * @param interval the windows from one plan to the next, 1 or more
 * @param dispatch the way in which tokens are spread over replicas
 */
public record Candidate(String policy, int redundantExperts, int interval, Dispatch dispatch) {
  Candidate by(String other) {
    return new Candidate(other, redundantExperts, interval, dispatch);
  }

  Candidate with(int redundant) {
    return new Candidate(policy, redundant, interval, dispatch);
  }

  Candidate every(int windows) {
    return new Candidate(policy, redundantExperts, windows, dispatch);
  }

  Candidate under(Dispatch other) {
    return new Candidate(policy, redundantExperts, interval, other);
  }
}
