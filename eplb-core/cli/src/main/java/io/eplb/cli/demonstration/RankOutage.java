package io.eplb.cli.demonstration;

import org.jspecify.annotations.Nullable;

/**
 * A rank that is taken away under load, and perhaps given back.
 *
 * @param rank the rank
 * @param failsAt the step in which it fails: it begins that and does not end it
 * @param returnsAt the step after which it returns; null if it does not
 */
public record RankOutage(int rank, long failsAt, @Nullable Long returnsAt) {}
