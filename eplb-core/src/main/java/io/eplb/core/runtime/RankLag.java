package io.eplb.core.runtime;

/**
 * A rank that has fallen behind: it ends no steps, although other ranks are further on.
 *
 * @param rank the rank
 * @param steps the steps that the fastest rank is ahead, 1 or more
 */
public record RankLag(int rank, long steps) {}
