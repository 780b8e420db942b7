package io.eplb.core.simulation;

import java.util.OptionalDouble;

/**
 * The figures of one contender over the single steps of one window.
 *
 * @param par PAR, mean over layers and steps
 * @param p5 the 5th percentile of PAR over layers and steps, by nearest rank
 * @param p95 the 95th percentile
 * @param activated the ratio of activated experts, mean over layers and steps
 * @param micros the predicted time of a step over all layers in microseconds, mean over the steps,
 *     if steps are timed
 */
public record StepBand(
    double par, double p5, double p95, double activated, OptionalDouble micros) {}
