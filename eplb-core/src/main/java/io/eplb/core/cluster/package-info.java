/**
 * The membership of the ranks of a group, their agreement at the start, and the election of their
 * planner.
 *
 * <p>{@link io.eplb.core.cluster.RankGroup} is the one abstraction over it: threads of one process
 * ({@link io.eplb.core.cluster.InProcessRankGroup}), or processes of many machines. Its parts and
 * their states:
 *
 * <pre>
 *   member       JOINED ──▶ LEFT                 closed, or given up by the group (session expired)
 *   candidate    STANDING ──▶ LEADING(epoch) ──▶ LOST
 *   connection   CONNECTED ◀──▶ SUSPENDED ──▶ LOST ──▶ CONNECTED
 *   gathering    OPEN ──▶ DECIDED
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>What has left or lost stays so: it never joins or leads again, and all that it asks fails.
 *       A rank comes back as a new member, with a new id.
 *   <li>The epoch of a leader is greater than those of all leaders before it. A leader may be
 *       deposed without knowing: whoever has seen a greater epoch refuses it.
 *   <li>A listener hears of a member's joining before its leaving, and of both once.
 *   <li>A suspended connection says nothing about the others, and changes neither members nor
 *       leader. A lost one means that the others have given up all members and candidates of this
 *       process.
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
 * ranks send their tables says the same words for the same fault. Digests of layers and rows are
 * exchanged only when tables differ, and only by one rank for each table.
 */
@NullMarked
package io.eplb.core.cluster;

import org.jspecify.annotations.NullMarked;
