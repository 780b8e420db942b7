package io.eplb.core.update.protocol;

import io.eplb.api.EpTopology;
import io.eplb.core.timeline.RepeatedRequests;
import io.eplb.core.timeline.Timeline;
import io.eplb.core.update.UpdateSettings;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The parts of the engine that an update works on.
 *
 * @param record the record that decides which table is in force
 * @param topology the ranks and their nodes
 * @param ranks all ranks
 * @param buffers the ranks' buffers
 * @param settings the limits of the update
 * @param timeline the clock and the timers; tasks of a timer go through {@code events}
 * @param events runs events, one after another on the timeline
 * @param requests repeats requests until they are answered
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
