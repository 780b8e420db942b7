/**
 * Takes a running engine from one table to another, layer by layer, while steps go on: experts are
 * received into buffers beside the slots that serve, and buffers and slots change places at one
 * instant between two steps.
 *
 * <p>The states of a layer, all of them reached and left on one {@link
 * io.eplb.core.update.Timeline}, event by event:
 *
 * <pre>
 *               buffers on every      a first copy       all received; steps drained;
 *               rank reserved         has started        exchanged; published
 *   WAITING ──────────▶ READY ──────────▶ TRANSFERRING ──────────▶ COMMITTED
 *    │  ▲                 │                  │    │
 *    │  └───────────────── │ ────────────────┘    │   published, but rows are left to go
 *    └────────────────────┴──────────────────────┴──────────▶ ABORTED(reason)
 * </pre>
 *
 * Invariants, which hold after every event:
 *
 * <ol>
 *   <li>A slot is written only while no step is in flight on any rank, and only by exchanges of
 *       which either all happen on all ranks, or none.
 *   <li>The context's table, the table that steps get and the memory agree; what a step reads is
 *       what its table says, from its beginning to its end, and every expert is served.
 *   <li>No two ranks run one step with different versions of a layer ({@link
 *       io.eplb.core.serving.StepGate}).
 *   <li>A buffer is free, or reserved by one layer, or set aside because a copy that was given up
 *       still writes to it; it is used again only when that copy has ended.
 *   <li>Every layer of every update ends committed or aborted. An aborted layer goes on with the
 *       rows of its last commit, and does not keep others from being committed.
 * </ol>
 *
 * <p>In order, a commit is: exchange on all ranks, replace the layers in the context, open the gate
 * with the table that this returned. If an exchange fails, those before it are taken back; if the
 * context has another version, all are. What cannot be taken back after several attempts breaks the
 * gate: no step is served wrong bytes. Each commit makes one version; layers that have been
 * received by the time that steps have drained share it. Where buffers do not suffice for a layer,
 * it is committed in several {@linkplain io.eplb.core.migration.MigrationStages stages}, each with
 * a valid table of its own.
 *
 * <p>Decisions: layers are admitted by priority and reserve their buffers on all ranks or on none,
 * so that they never wait for each other in a ring; the first that lacks buffers keeps later ones
 * from overtaking it. Copies that were given up do not count against the caps on sends and
 * receives, else one that never ends would silence its rank. All layers that wait for a drain that
 * fails are aborted, and in the same update steps are not held up again before those that it waited
 * for have ended: a rank that has died costs the others one pause. Listeners of the context are
 * told while the gate is closed, so they should be quick. A context whose rows another writer has
 * changed is not touched until they are put back: nobody but the updater can change what memory
 * holds. What belongs to one rank stands behind a small interface, with an implementation for ranks
 * of this process.
 */
@NullMarked
package io.eplb.core.update;

import org.jspecify.annotations.NullMarked;
