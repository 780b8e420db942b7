package io.eplb.core.migration;

/**
 * What one rank exchanges with others over a whole plan.
 *
 * @param rank the rank
 * @param sent transfers that read from it
 * @param received transfers that write to it
 */
public record RankTransfers(int rank, int sent, int received) {}
