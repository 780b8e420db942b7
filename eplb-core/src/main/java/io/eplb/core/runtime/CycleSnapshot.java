package io.eplb.core.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The state of a balance cycle, for threads other than the timeline's.
 *
 * @param phase the work under way
 * @param cycles cycles that have ended
 * @param lastCycle the last one of them
 * @param commitSteps the count of steps when a layer was last committed
 * @param successSteps the fastest rank's count of steps when a cycle last succeeded
 * @param barking true if the watchdog has spoken since
 * @param failuresInRow failed cycles since the last success
 * @param lastRepair the report of the last repair; null before the first has ended
 * @param whyStopped the reason why the breaker is open; null while it is closed
 */
record CycleSnapshot(
    RuntimePhase phase,
    long cycles,
    @Nullable CycleReport lastCycle,
    long commitSteps,
    long successSteps,
    boolean barking,
    int failuresInRow,
    @Nullable RepairReport lastRepair,
    @Nullable String whyStopped) {}
