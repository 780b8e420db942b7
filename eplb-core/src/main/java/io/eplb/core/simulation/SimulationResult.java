package io.eplb.core.simulation;

import io.eplb.api.Dispatch;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.BalanceSummary;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.TokenConservation;
import java.util.List;
import java.util.Optional;

/**
 * The result of a {@link Simulation}, for a program to report.
 *
 * @param dispatch the way in which tokens were spread over replicas, for every figure
 * @param windows windows of the trace
 * @param layers layers of every window
 * @param scoredWindows plans that were scored, 1 or more: one less than the windows unless it was
 *     stopped
 * @param stopped whether it was stopped before the end
 * @param idleLayers layers without any load, over all windows that plans were scored on; their PAR
 *     counts as 1
 * @param boundNextWindow lower bounds on PAR over all layers and windows that plans were scored on
 * @param boundSameWindow the same over the windows that were planned from
 * @param conservation whether the recording conserves tokens
 * @param start the table that all contenders started from
 * @param lastWindow the last window that plans were scored on
 * @param startLoads the load of every rank under the start's table in that window
 * @param startSteps the figures of the start's table on the single steps that plans were scored on,
 *     if they are scored
 * @param policies one score per contender, in their order
 */
public record SimulationResult(
    Dispatch dispatch,
    int windows,
    int layers,
    int scoredWindows,
    boolean stopped,
    long idleLayers,
    BalanceSummary boundNextWindow,
    BalanceSummary boundSameWindow,
    TokenConservation conservation,
    ExpertTable start,
    LoadRecording lastWindow,
    RankLoads startLoads,
    Optional<StepScore> startSteps,
    List<PolicyScore> policies) {
  private static final String SOURCE =
      " (pigeonhole; Dell'Amico and Martello, ORSA Journal on Computing 7, 1995)";

  /** Returns the lower bound in words, with its source. */
  public String bound() {
    return switch (dispatch) {
      case EVEN ->
          "greatest of the mean rank load and, for every k, k+1 times the least weight among the"
              + " kR+1 heaviest replicas under the best replica counts; on unequal ranks the same by"
              + " their speeds and slots"
              + SOURCE;
      case LP ->
          "greatest of the mean rank load, the heaviest replica under the best replica counts, and,"
              + " for every k, k+1 times the load of the (K+kR+1)-th heaviest expert, as only K"
              + " redundant experts can be divided; on unequal ranks the same by their speeds and"
              + " slots"
              + SOURCE;
      case SINGLE ->
          "greatest of the mean rank load and, for every k, k+1 times the load of the (kR+1)-th"
              + " heaviest expert; on unequal ranks the same by their speeds and slots"
              + SOURCE;
    };
  }
}
