package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.core.update.UpdateSettings;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What an update works on.
 *
 * @param record decides which table is in force
 * @param topology says which ranks share a node
 * @param ranks all ranks
 * @param buffers the ranks' buffers
 * @param settings what may be taken of the engine
 * @param timeline the clock and the timers; what a timer runs goes through {@code events}
 * @param events runs what happens, one after another on the timeline
 * @param requests asks again what has to be answered in the end
 */
record EngineAccess(
    CommitRecord record,
    EpTopology topology,
    List<RankAgent> ranks,
    BufferLedger buffers,
    UpdateSettings settings,
    Timeline timeline,
    Executor events,
    RepeatedRequests requests) {}
