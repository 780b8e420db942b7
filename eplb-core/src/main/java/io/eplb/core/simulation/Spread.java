package io.eplb.core.simulation;

/**
 * The spread of a figure over single steps.
 *
 * @param mean the arithmetic mean: every step, or every step of every layer, counts once
 * @param p50 the median by nearest rank
 * @param p95 the 95th percentile by nearest rank
 * @param p99 the 99th percentile by nearest rank
 */
public record Spread(double mean, double p50, double p95, double p99) {}
