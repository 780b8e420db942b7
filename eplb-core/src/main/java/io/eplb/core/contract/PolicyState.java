package io.eplb.core.contract;

import java.util.List;

/**
 * A snapshot of the failures of a guarded policy, for a program to show or to watch. Immutable.
 *
 * @param name the policy's name
 * @param consecutiveFailures rejected plans since the last accepted one, 0 or more
 * @param lastErrors the reasons of the latest rejections, oldest first, at most {@value
 *     #MOST_ERRORS}; kept after a success
 * @param switchedOff true if the policy is no longer asked
 */
public record PolicyState(
    String name, int consecutiveFailures, List<String> lastErrors, boolean switchedOff) {
  /** The most errors that are remembered. */
  public static final int MOST_ERRORS = 10;

  /** Creates a snapshot. */
  public PolicyState {
    lastErrors = List.copyOf(lastErrors);
  }
}
