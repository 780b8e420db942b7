/**
 * Rounds: all ranks of a group ask, and all get one decision. The start-up check of a group.
 *
 * <p>A rank that changes its table alone corrupts the group. A round is known by its group and its
 * number, and has one decision. Its states:
 *
 * <pre>
 *   OPEN       ranks come; the time limit is the earliest of all
 *   PLANNING   all ranks have asked the same, once; the plan is made
 *   RECORDING  the decision is made, and nobody knows it yet
 *   HELD       the decision is recorded; every rank gets it, also one that asks again or late
 *   PASSED     64 newer rounds are held; the number alone is known: 409
 *   forgotten  15 minutes after the decision
 *
 *   OPEN → PLANNING              the last rank has come, and all agree
 *   OPEN → RECORDING "unchanged" the last rank has come, and not all agree; or the time is up
 *   PLANNING → RECORDING         the plan is there; or, "unchanged": it failed, the time is up, or a
 *                                rank asks something else than before
 *   RECORDING → HELD             the decision is on the disk; or, "unchanged": it cannot be recorded
 *   RECORDING → PASSED           nobody can know whether it is on the disk
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>At most one decision of a round is ever seen by anybody.
 *   <li>A decision changes the table only if every rank of the world asked the same, and none of
 *       them anything else, before the earliest of their time limits.
 *   <li>Every rank that a decision names is missing or different, and no other is.
 *   <li>Nobody hears a decision before it is recorded, so that a service that is killed and started
 *       again on its state folder gives the same one.
 *   <li>Nobody waits longer than its time limit, unless the disk hangs.
 *   <li>The memory of a group is bounded, however many rounds it decides.
 * </ol>
 *
 * <p>What no service can do: two machines cannot agree over a line that may be cut at any time. A
 * rank that has asked, is cut off before it hears the decision, and reaches the service again only
 * after its own time limit keeps its table, while the others may change theirs. The client asks
 * again until its limit, and leaves half of it for that; an engine whose ranks have a line of their
 * own has to agree over it before it applies a plan, as the plug-in for vLLM does. The same holds
 * for a rank that dies after asking. Without a state folder, a restart of the service between two
 * answers of a round has the same effect. If a decision could not be recorded and the service is
 * started again, the ranks that have not heard it get another "unchanged", never a change: that
 * needs all ranks to ask again, and those that have heard it do not.
 *
 * <p>An engine that is started again counts its rounds from 0. Within 15 minutes it may hit numbers
 * of the run before: it gets that run's decision, whose {@code inputs} are not those of its own
 * question, and its clients take it for "unchanged". Ranks are split only if, in that time, some of
 * them ask exactly what the run before asked and others do not.
 *
 * <p>Decisions: a repeated question counts once, and every connection of a rank gets the decision.
 * A round that is decided without a plan has no table, since nobody has read the ranks' tables. The
 * wall clock decides nothing but when rounds are forgotten; time limits are those of the timer.
 */
@NullMarked
package io.eplb.server.round;

import org.jspecify.annotations.NullMarked;
