/**
 * Takes a running engine from one table to another, layer by layer, while steps go on: experts are
 * received into buffers beside the slots that serve, and buffers and slots change places at one
 * instant between two steps.
 *
 * <p>The states of a layer; they change on one {@link io.eplb.core.timeline.Timeline}, event by
 * event:
 *
 * <pre>
 *               prepared by all        a first copy        all received; a switch
 *               ranks that take part   has started         is committed
 *   WAITING ──────────▶ READY ──────────▶ TRANSFERRING ──────────▶ COMMITTED
 *    │  ▲                 │                  │    │
 *    │  └─────────────────│──────────────────┘    │   committed, but rows are left to go
 *    └────────────────────┴───────────────────────┴─────────▶ ABORTED(reason)
 * </pre>
 *
 * <p>The states of a switch; it takes all layers that have been received when steps have drained:
 *
 * <pre>
 *            announced       no rank begins     all ranks have       all ranks hold
 *            in the record   more steps         ended earlier steps  the new rows
 *   propose ─────────▶ hold ─────────▶ drain ─────────▶ exchange ─────────▶ decide ──▶ commit
 *      │                │                │                 │                  │
 *      └────────────────┴────────────────┴─────────────────┴──── refused ─────┴──────▶ abort
 * </pre>
 *
 * <p>The states of a rank's gate; only the outcome of its own switch opens a sealed gate:
 *
 * <pre>
 *            hold               drained               commit, or abort
 *   FREE ──────────▶ HELD(s) ──────────────▶ SEALED(s) ───────────────▶ FREE
 *    ▲                  │                        │
 *    └──────────────────┘ abort, overdue,        └──▶ BROKEN, also from FREE and HELD
 *                         a later switch or update
 * </pre>
 *
 * <p>Ranks may fail and return at any event ({@code LosableRank}): while a rank is away the updater
 * answers its requests itself, so nothing waits for it, and the layers of the update under way are
 * aborted.
 *
 * <pre>
 *   the rank fails                   what becomes of it
 *   ─────────────────────────────    ───────────────────────────────────────────────────────────
 *   in no update                     the table still names it: steps wait (SUSPENDED), a repair begins
 *   a copy from or to it runs        its layer is aborted; the buffer is set aside until that ends
 *   hold, drain                      its steps count as ended; the switch is aborted
 *   exchange, before the decision    the others exchange back; nothing of the rank is read again
 *   the record is asked              the decision stands; if it was to commit, the others go on
 *   after the commit                 as in no update, with the new table
 *   while it is being filled         as in no update: layers filled already are repaired again
 * </pre>
 *
 * <p>The repair is an update like any other, to a table in which the slots of the rank are EMPTY
 * and every expert is elsewhere; {@link io.eplb.core.migration.LayerMigration} takes experts from
 * ranks that stay, or from the checkpoint. Steps begin when its last layer is committed. After that
 * the rank may be taken back: the next update fills its slots, and it runs steps from the first
 * commit on that names it. Each process takes a lost rank away at its own gate.
 *
 * <p>Every request to a {@link io.eplb.core.update.protocol.RankAgent} or to the {@link
 * io.eplb.core.update.protocol.CommitRecord} is a message: it names its update, version and layer,
 * is answered late, never, or by a failure, and may be repeated. An update begins when every rank
 * has joined it. Before the record is asked to decide, a failure or silence aborts the switch, and
 * a rank that has lost its promise voids it. The updater asks for the record's decision until it is
 * known, and then carries it out: it repeats {@code commit}, {@code abort} and {@code release}
 * until the rank has answered. A rank that was away meanwhile catches up from the record. The ranks
 * of one process are {@link io.eplb.core.update.protocol.LocalRanks}; they answer at once, and
 * their record is the context.
 *
 * <p>Example: layer 4 of version 7 gets expert 9 on rank 1, from rank 0. ({@code →} is a request,
 * {@code ←} its answer.)
 *
 * <pre>
 *   → all     join(update 3, version 7)       ← incarnations
 *   → rank 1  prepare(buffer 0)               ← reserved                       layer 4 READY
 *   → rank 1  receive into buffer 0           ← copied from rank 0             TRANSFERRING
 *   → record  propose(switch 1)               ← announced
 *   → all     hold                            ← last steps begun: 20 and 21; the fence is 22
 *   → all     drain(22)                       ← all steps below 22 have ended
 *   → rank 1  exchange slot and buffer 0      ← done
 *   → record  commit                          ← version 8                      COMMITTED
 *   → all     commit(version 8)               ← step 22 begins with version 8
 *   → rank 1  release                         ← buffer 0 is free
 * </pre>
 *
 * <p>Invariants, after every event:
 *
 * <ol>
 *   <li>A slot is written only while no step is in flight on its rank and none may begin before the
 *       outcome of the switch is known. Of the exchanges of a switch either all on all ranks stay,
 *       or all are taken back.
 *   <li>A step reads the experts of its table, from its beginning to its end, and every expert is
 *       served. While steps may begin on a rank, its memory, their table and the record's table
 *       agree. A rank that learns that its table is outdated begins no step until it has restarted.
 *   <li>No two ranks run one step with different versions of a layer: the fence is above all steps
 *       that any rank has begun, and a rank that has drained to it begins none from there on before
 *       it knows the decision.
 *   <li>A switch is decided once. After its commit no rank goes on with the old table.
 *   <li>A buffer is free, or belongs to one proposal, or is set aside because a copy that was given
 *       up still writes to it. It is used again only when the rank has forgotten the proposal and
 *       that copy has ended.
 *   <li>Every layer of every update ends committed or aborted, as soon as a record that was asked
 *       to decide can be reached. An aborted layer goes on with the rows of its last commit, and
 *       does not stop the commit of others.
 *   <li>A rank takes part in one update and in one switch at a time, and goes from one to a later
 *       one only. It leaves a sealed switch only with that switch's outcome: before that it joins
 *       no update and takes part in no other switch.
 *   <li>No used copy has read a slot with an undecided exchange: all ranks have joined the update
 *       before the first copy, so none is sealed for an earlier one, and none will be.
 *   <li>A switch is committed only with the incarnations of all ranks that joined its update.
 *       Requests to an earlier incarnation may reserve buffers of a later one until the next
 *       update, and have no other effect on it.
 *   <li>The updater tells the context's listeners of a version when steps may begin with it.
 *   <li>Nothing is read from a rank while it is away, no update places an expert on it, and no step
 *       that begins after its loss needs it. What was written to it before is never read again: it
 *       comes back with EMPTY slots.
 * </ol>
 *
 * <p>An exchange that fails aborts its layer; the others of the same switch are exchanged back and
 * switched by the next attempt. An exchange that cannot be taken back after several attempts breaks
 * the gate: no step reads wrong bytes, and every update is refused until the rank has restarted.
 * Each commit makes one version. With too few buffers for a layer, it is committed in several
 * {@linkplain io.eplb.core.migration.MigrationStage stages}, each with a valid table of its own.
 *
 * <p>The successor of a crashed planner needs no knowledge of it, only greater numbers of updates.
 * A rank that joins the new update opens a gate that is held for an old one and frees its buffers.
 * A sealed rank finds the outcome in the record, or voids the switch there, before it joins. Ranks
 * that have joined refuse a deposed planner.
 *
 * <p>Decisions: exchanges come before the decision, while steps are held up, so that nothing can
 * fail after it; the price is that steps wait for one more answer. Layers are admitted by priority
 * and take their buffers on all ranks or on none, so that they never wait for each other in a ring;
 * the first layer without buffers stops later ones from overtaking it. Copies that were given up do
 * not count against the caps on sends and receives, since a copy that never ends would block its
 * rank. A drain that fails aborts all layers that wait for it, and the update holds steps up again
 * only when the missing steps have ended: a dead rank costs the others one pause. While the record
 * cannot be reached for a decision, steps wait, and fail when that takes too long, since either
 * table would be a guess. A rank that restarts during an update stops the commits of its rest; the
 * next update includes the rank. If another writer has changed rows of the context, updates are
 * refused until these are put back, since only the updater can change memory.
 */
@NullMarked
package io.eplb.core.update.protocol;

import org.jspecify.annotations.NullMarked;
