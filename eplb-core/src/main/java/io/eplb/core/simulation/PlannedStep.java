package io.eplb.core.simulation;

import io.eplb.api.ExpertTable;
import io.eplb.api.Rebalance;
import java.util.Optional;

/**
 * The plan of a {@link Contender} for one window.
 *
 * @param table the table in force from then on
 * @param answer the accepted part of the policy's answer
 * @param moved experts moved over all layers
 * @param rejectedLayers layers whose proposal broke a rule
 * @param nanos the planning time
 * @param failure the reason if the whole plan was rejected
 */
public record PlannedStep(
    ExpertTable table,
    Rebalance answer,
    long moved,
    int rejectedLayers,
    long nanos,
    Optional<String> failure) {}
