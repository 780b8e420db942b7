package io.eplb.core.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A balance cycle's state, as other threads than the timeline's see it.
 *
 * @param phase what is being done
 * @param cycles cycles that have ended
 * @param lastCycle the last one of them
 * @param commitSteps at how many steps a layer was last committed
 * @param successSteps at how many steps of the fastest rank a cycle last succeeded
 * @param barking whether the watchdog has spoken since
 * @param failuresInRow failed cycles since the last success
 * @param whyStopped why the breaker is open; null while it is closed
 */
record CycleSnapshot(
    RuntimePhase phase,
    long cycles,
    @Nullable CycleReport lastCycle,
    long commitSteps,
    long successSteps,
    boolean barking,
    int failuresInRow,
    @Nullable String whyStopped) {}
