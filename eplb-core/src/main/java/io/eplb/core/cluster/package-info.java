/**
 * The talk among the ranks of a group: who is there, and whether all start from the same table.
 *
 * <p>{@link io.eplb.core.cluster.RankGroup} is the one abstraction over communication. A gathering
 * is OPEN while contributions come in and DECIDED for ever after. Invariants:
 *
 * <ol>
 *   <li>Who gathers under one name gets one and the same outcome, however late it comes.
 *   <li>Nobody waits longer than its own time limit, so a dead rank holds up nobody: the first to
 *       run out of patience decides for all, and the outcome says who is missing.
 *   <li>A member contributes to a gathering once; what it contributed is in the outcome unless it
 *       came after the decision, or the member left before it.
 * </ol>
 *
 * <p>Decisions: joining looks at nothing but the member's own numbers, since of two members who
 * claim one rank either may be the wrong one, and all ranks shall hear of it, not the second alone.
 * World sizes, ranks, topologies and tables are told apart by {@link
 * io.eplb.core.cluster.StartUpCheck}, by majority where there is one; a half is none. The rows of
 * two tables are exchanged only once they are known to differ, and only by one rank for each table.
 */
@NullMarked
package io.eplb.core.cluster;

import org.jspecify.annotations.NullMarked;
