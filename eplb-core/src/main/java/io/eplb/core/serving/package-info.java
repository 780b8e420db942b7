/**
 * The table of a step: on all ranks the same, from its first layer to its last.
 *
 * <p>A step of a rank is lent one {@link io.eplb.api.ExpertTable} from its beginning to its end.
 * The states of a {@link io.eplb.core.serving.StepGate}:
 *
 * <pre>
 *   OPEN(table) ──close──▶ DRAINING(k, table, deadline) ──drained──▶ SWITCHING ──open──▶ OPEN(new)
 *        ▲                          │                                    │ │
 *        └──reopened, or overdue────┘◀ ─ ─ ─ ─ ─ open(the old table) ─ ─ ┘ └──fail──▶ BROKEN
 * </pre>
 *
 * <p>A gate that is open or draining fails too, if its table turns out to be outdated.
 *
 * <p>Ranks fail and return in every state. A gate whose table places experts on an absent rank is
 * SUSPENDED(k, table) where it would be OPEN: steps from k on wait for another table.
 *
 * <pre>
 *   OPEN ──lose──▶ SUSPENDED(k) ──close──▶ DRAINING(k) ──▶ SWITCHING ──open(without it)──▶ OPEN
 *                     ▲                       │               │
 *                     └───────overdue─────────┴─open(with it)─┘
 *
 *   a rank:  PRESENT ──lose──▶ LOST ──readmit──▶ RETURNED ──open(a table with it)──▶ PRESENT
 *                               ▲                   │
 *                               └───────lose────────┘
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Steps below k run with the old table on every rank, steps from k on with the table of the
 *       next opening: no two ranks run one step with different tables. Ranks that are absent do not
 *       count.
 *   <li>A step that no present rank had begun when a rank was lost begins with a table that places
 *       no expert on any absent rank. Steps below that have lost the rank's part: the others begin
 *       and end them, with the table that they have, and the engine drops their results.
 *   <li>A rank that has returned runs no step before a table that was made for it, and from that
 *       opening on the same steps as the others.
 *   <li>While the gate is switching no step is in flight, on any rank, and none begins.
 *   <li>No step waits for ever: a step that waits for an overdue drain opens the gate itself, with
 *       the old table; an overdue switch, an overdue table without an absent rank, or a broken gate
 *       is an error to the waiting steps.
 *   <li>Beginning and ending a step takes no lock and allocates nothing.
 * </ol>
 *
 * <p>How it holds: a rank first announces a step by a bit of its own, then looks at the gate, and
 * takes the announcement back if the gate is closed for the step. The closing thread does the
 * reverse: it publishes k, then looks at the announcements, and raises k above all of them. In any
 * order of the four accesses, one of the two sees the other. A step counts as started only after it
 * has been let through, so the last started step never goes back. Hence a rank is drained if it has
 * started step k − 1 and, looked at after that, has no bit set.
 *
 * <p>Decisions: steps wait for a lost rank's experts rather than run without them, since what they
 * would compute is wrong and nobody would notice. The steps of an absent rank count neither for k
 * nor for a drain. A rank that lags behind runs the steps below k before the switch, since others
 * have run them with the old table. At most {@value io.eplb.core.serving.StepGate#MAX_IN_FLIGHT}
 * steps of a rank are in flight, one fewer than the bits of a long, so that the bit of the step to
 * come is never that of an old one. Every state is an immutable object, and every transition a
 * compare-and-set of the one reference to it. With several processes each has a gate for its own
 * ranks; the planner closes each, raises every k to the greatest, and asks {@link
 * io.eplb.core.serving.StepGate#drained()} of each.
 */
@NullMarked
package io.eplb.core.serving;

import org.jspecify.annotations.NullMarked;
