/**
 * Takes a running engine from one table to another, layer by layer, while steps go on: experts are
 * received into buffers beside the slots that serve, and buffers and slots change places at one
 * instant between two steps.
 *
 * <p>The states of a layer, all of them reached and left on one {@link
 * io.eplb.core.update.protocol.Timeline}, event by event:
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
 * <p>The states of a switch, which takes all layers that have been received by then:
 *
 * <pre>
 *            announced       no rank begins     all ranks have       all ranks hold
 *            in the record   more steps         ended earlier steps  the new rows
 *   propose ─────────▶ hold ─────────▶ drain ─────────▶ exchange ─────────▶ decide ──▶ commit
 *      │                │                │                 │                  │
 *      └────────────────┴────────────────┴─────────────────┴──── refused ─────┴──────▶ abort
 * </pre>
 *
 * <p>The states of a rank's gate, which is left sealed by the outcome of its own switch alone:
 *
 * <pre>
 *            hold               drained               commit, or abort
 *   FREE ──────────▶ HELD(s) ──────────────▶ SEALED(s) ───────────────▶ FREE
 *    ▲                  │                        │
 *    └──────────────────┘ abort, overdue,        └──▶ BROKEN, also from FREE and HELD
 *                         a later switch or update
 * </pre>
 *
 * <p>Whatever is asked of a {@link io.eplb.core.update.protocol.RankAgent} or of the {@link
 * io.eplb.core.update.protocol.CommitRecord} is a message: it names its update, version and layer,
 * is answered late, never, or by a failure, and may be repeated. An update begins when every rank
 * has joined it. Before the record is asked to decide, a failure or silence aborts the switch, and
 * a rank that has lost what it promised voids it. The record's decision is asked for until it is
 * known, and then carried out: {@code commit}, {@code abort} and {@code release} are repeated until
 * the rank has answered. A rank that was away meanwhile catches up from the record. The ranks of
 * one process are {@link io.eplb.core.update.protocol.LocalRanks}; they answer at once, and their
 * record is the context.
 *
 * <p>Invariants, which hold after every event:
 *
 * <ol>
 *   <li>A slot is written only while no step is in flight on its rank and none may begin before the
 *       outcome of the switch is known; of the exchanges of a switch either all on all ranks stay,
 *       or all are taken back.
 *   <li>What a step reads is what its table says, from its beginning to its end, and every expert
 *       is served. Whenever steps may begin on a rank, its memory, the table that they get and the
 *       table of the record agree. A rank that learns that its table is outdated begins no step
 *       until it has restarted.
 *   <li>No two ranks run one step with different versions of a layer: the fence is above all steps
 *       that any rank has begun, and a rank that has drained to it begins none from there on until
 *       it has heard of the decision.
 *   <li>A switch is decided once. After it has been committed no rank goes on with the old table.
 *   <li>A buffer is free, or belongs to one proposal, or is set aside because a copy that was given
 *       up still writes to it; it is used again only when the rank has forgotten the proposal and
 *       that copy has ended.
 *   <li>Every layer of every update ends committed or aborted, as soon as a record that was asked
 *       to decide can be reached. An aborted layer goes on with the rows of its last commit, and
 *       does not keep others from being committed.
 *   <li>A rank takes part in one update and in one switch at a time, and goes from one to a later
 *       one only. It leaves a sealed switch by that switch's outcome alone: until it knows it, it
 *       joins no update and hears of no other switch.
 *   <li>No copy that is used has read a slot whose exchange was undecided: all ranks have joined
 *       the update before the first copy, so none is sealed for an earlier one, and none will be.
 *   <li>A switch is committed only with the incarnations of all ranks that joined its update. What
 *       was asked of an earlier incarnation may reserve buffers of a later one until the next
 *       update, and has no other effect on it.
 *   <li>The updater tells the context's listeners of a version when steps may begin with it.
 * </ol>
 *
 * <p>An exchange that fails aborts its layer; the others that were exchanged with it are exchanged
 * back too, and switched by the next attempt. What cannot be taken back after several attempts
 * breaks the gate: no step is served wrong bytes, and every update is refused until the rank has
 * restarted. Each commit makes one version. Where buffers do not suffice for a layer, it is
 * committed in several {@linkplain io.eplb.core.migration.MigrationStage stages}, each with a valid
 * table of its own.
 *
 * <p>A planner that crashes leaves nothing behind that its successor, whose updates have greater
 * numbers, would have to know of: when a rank joins the new update it opens a gate that is held for
 * an old one and frees its buffers. A sealed rank finds the outcome in the record, or voids the
 * switch there, before it joins. A planner that was deposed without knowing it is refused by all
 * that have joined.
 *
 * <p>Decisions: exchanges come before the decision, while steps are held up, so that nothing that
 * can fail is left to do once it is made; the price is that steps wait for one more answer. Layers
 * are admitted by priority and take their buffers on all ranks or on none, so that they never wait
 * for each other in a ring; the first that lacks buffers keeps later ones from overtaking it.
 * Copies that were given up do not count against the caps on sends and receives, else one that
 * never ends would silence its rank. All layers that wait for a drain that fails are aborted, and
 * in the same update steps are not held up again before those that it waited for have ended: a rank
 * that has died costs the others one pause. While a switch that was asked for is undecided, for
 * want of the record, steps wait, and fail when that takes too long: to go on with either table
 * would be a guess. A rank that restarts during an update keeps the rest of it from being
 * committed; the next update takes it along. A context whose rows another writer has changed is not
 * touched until they are put back: nobody but the updater can change what memory holds.
 */
@NullMarked
package io.eplb.core.update.protocol;

import org.jspecify.annotations.NullMarked;
