package io.eplb.core.update;

import io.eplb.api.EpTopology;
import io.eplb.core.context.EplbContext;
import io.eplb.core.serving.StepGate;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What an update works on.
 *
 * @param context the table in force
 * @param topology says which ranks share a node
 * @param ranks all ranks
 * @param gate which table steps run with
 * @param settings what may be taken of the engine
 * @param timeline the clock and the timers; what a timer runs goes through {@code events}
 * @param events runs what happens, one after another on the timeline
 */
record EngineAccess(
    EplbContext context,
    EpTopology topology,
    List<RankSide> ranks,
    StepGate gate,
    UpdateSettings settings,
    Timeline timeline,
    Executor events) {}
