/**
 * The agreement of the ranks of a group at their start: all are there, with the same table.
 *
 * <p>{@link io.eplb.core.cluster.RankGroup} is the one abstraction over communication. A gathering
 * is OPEN while contributions come in and DECIDED for ever after. Invariants:
 *
 * <ol>
 *   <li>All members that gather under one name get the same outcome, late ones too.
 *   <li>No member waits longer than its own time limit, so a dead rank blocks no other: the first
 *       member whose time is up decides for all, and the outcome names the missing ranks.
 *   <li>A member contributes to a gathering once. Its contribution is in the outcome unless it came
 *       after the decision, or the member left before it.
 * </ol>
 *
 * <p>Decisions: joining checks the member's own numbers only. Of two members that claim one rank
 * either may be wrong, and all ranks should hear of it, not only the second. {@link
 * io.eplb.core.cluster.StartUpCheck} compares world sizes, ranks, topologies and tables, by
 * majority where there is one; a half is none. The comparison itself, {@link
 * io.eplb.core.cluster.StartUpComparison}, knows nothing of gatherings, so that a service to which
 * ranks send their tables uses it without a thread for each rank. Rows are exchanged only when
 * tables differ, and only by one rank for each table.
 */
@NullMarked
package io.eplb.core.cluster;

import org.jspecify.annotations.NullMarked;
