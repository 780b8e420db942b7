package io.eplb.core.runtime;

import io.eplb.api.EpRanks;
import io.eplb.core.contract.PolicyState;
import io.eplb.core.update.LayerProgress;
import java.util.List;
import java.util.Optional;

/**
 * The state of a runtime. Immutable: a snapshot, whose step counts may be some steps younger than
 * the rest.
 *
 * @param phase the work under way
 * @param version the version of the table that serves
 * @param cycles balance cycles that have ended
 * @param lastCycle the last one of them
 * @param steps steps that every rank has ended
 * @param stepsOfPhase those of the phase that counts
 * @param stepsSinceCommit steps since a layer was last committed, or since the start
 * @param stepsSinceSuccess steps of the fastest rank since a cycle last succeeded, or since the
 *     start
 * @param ranksBehind the ranks that end no steps although others do, or did until they had to wait
 * @param watchdogBarking true if {@code stepsSinceSuccess} exceeds the watchdog's bound
 * @param failuresInRow failed cycles since the last success
 * @param whyStopped the reason why the circuit breaker has opened; empty while it is closed
 * @param recordingFailure the reason why the table in force could not be recorded; empty if it was,
 *     or was not to be
 * @param policy the state of the policy
 * @param ranks the ranks that the table fits, or is being made to fit
 * @param lastRepair the report of the last repair; empty before the first has ended
 * @param unserved the reason why steps cannot begin, since experts of failed ranks are not served;
 *     empty if they are, or will be
 * @param layers the progress of the layers of the running or last update
 */
public record RuntimeState(
    RuntimePhase phase,
    long version,
    long cycles,
    Optional<CycleReport> lastCycle,
    long steps,
    long stepsOfPhase,
    long stepsSinceCommit,
    long stepsSinceSuccess,
    List<RankLag> ranksBehind,
    boolean watchdogBarking,
    int failuresInRow,
    Optional<String> whyStopped,
    Optional<String> recordingFailure,
    PolicyState policy,
    EpRanks ranks,
    Optional<RepairReport> lastRepair,
    Optional<String> unserved,
    List<LayerProgress> layers) {
  /** Copies the lists. */
  public RuntimeState {
    ranksBehind = List.copyOf(ranksBehind);
    layers = List.copyOf(layers);
  }
}
