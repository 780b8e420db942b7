package io.eplb.core.runtime;

import io.eplb.core.update.promise.RankLink;

/**
 * The planner's access to one member of its group.
 *
 * @param link takes part in updates
 * @param measures tells of steps and loads
 */
public record RankConnection(RankLink link, RankMeasures measures) {}
