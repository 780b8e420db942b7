package io.eplb.core.simulation;

import java.util.OptionalDouble;

/**
 * The figures of one contender in one window.
 *
 * @param window the latest window that it planned from
 * @param parNextWindow mean PAR over the layers on the window after it
 * @param p5NextWindow the 5th percentile of PAR over the layers on that window, by nearest rank
 * @param p95NextWindow the 95th percentile
 * @param boundNextWindow the lower bound on the mean
 * @param parSameWindow mean PAR over the layers on {@code window} itself
 * @param boundSameWindow the lower bound on that
 * @param movedPerLayer experts moved, mean over the layers
 * @param moveMicros the time of the moves in microseconds, if they have a price
 * @param planMillis the planning time in milliseconds
 */
public record WindowScore(
    int window,
    double parNextWindow,
    double p5NextWindow,
    double p95NextWindow,
    double boundNextWindow,
    double parSameWindow,
    double boundSameWindow,
    double movedPerLayer,
    OptionalDouble moveMicros,
    double planMillis) {}
