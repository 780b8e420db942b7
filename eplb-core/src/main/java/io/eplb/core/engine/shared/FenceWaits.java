package io.eplb.core.engine.shared;

/**
 * The steps of a rank that have come to a fence before the outcome of its switch was known. A wait
 * counts when it has ended.
 *
 * @param count how many have waited
 * @param nanos the time that they have waited, in all
 */
public record FenceWaits(long count, long nanos) {}
