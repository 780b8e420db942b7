package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import java.util.Optional;

/**
 * The plan of a {@link Contender} for one window.
 *
 * @param table the table to go on with
 * @param moved experts moved over all layers
 * @param rejectedLayers layers whose proposal broke a rule
 * @param nanos how long it took
 * @param failure why the whole plan was rejected, if it was
 */
public record PlannedStep(
    ExpertTable table, long moved, int rejectedLayers, long nanos, Optional<String> failure) {}
