package io.eplb.core.simulation;

import java.util.List;
import java.util.Optional;

/**
 * The figures of a table, or of one contender's tables, over all single steps that were scored.
 *
 * @param steps the number of steps
 * @param par PAR: a sample for every layer of every step
 * @param activated the experts that the busiest rank reads ÷ their mean over the ranks: a sample
 *     for every layer of every step
 * @param micros the predicted time of a step over all layers in microseconds, without moves: a
 *     sample for every step; empty if steps are not timed
 * @param microsByLayer the predicted time of each layer in microseconds, mean over the steps; empty
 *     if steps are not timed
 * @param windows the figures window by window
 */
public record StepScore(
    long steps,
    Spread par,
    Spread activated,
    Optional<Spread> micros,
    List<Double> microsByLayer,
    List<StepBand> windows) {}
