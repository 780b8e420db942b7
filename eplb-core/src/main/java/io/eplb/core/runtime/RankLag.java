package io.eplb.core.runtime;

/**
 * A rank that has fallen behind: it ends no steps any more, though others have ended some that it
 * has not.
 *
 * @param rank the rank
 * @param steps how many steps the fastest rank has ended more, 1 or more
 */
public record RankLag(int rank, long steps) {}
