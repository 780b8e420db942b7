package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The reasons why a group must not start, the same on every rank that spoke in time.
 *
 * @param problems the reasons; empty if the group may start
 */
public record StartUpReport(List<StartUpProblem> problems) {
  /** Copies the list. */
  public StartUpReport {
    problems = List.copyOf(problems);
  }

  /** Returns whether all ranks are there and agree. */
  public boolean consistent() {
    return problems.isEmpty();
  }

  /**
   * Returns if all ranks are there and agree.
   *
   * @throws InvalidInputException with all problems in one line if not
   */
  public void requireConsistent() {
    if (!consistent()) {
      throw new InvalidInputException(
          "the group cannot start: "
              + problems.stream().map(StartUpProblem::message).collect(Collectors.joining("; ")));
    }
  }
}
