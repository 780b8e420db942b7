/**
 * Plans the copies of experts' weights from the slots of one table to those of another while the
 * engine serves: their sources and their order. The updater executes this plan and the command line
 * prints it.
 *
 * <p>A {@link io.eplb.core.migration.MigrationPlan} has a {@link
 * io.eplb.core.migration.LayerMigration} for each layer that differs, and that has one or several
 * {@link io.eplb.core.migration.MigrationStage}s. Each commit of the layer carries out one stage:
 *
 * <pre>
 *   slots of the row before ──receive──▶ buffers ──exchange──▶ slots of the row after
 *                           in rounds             all at once
 * </pre>
 *
 * Invariants, which the planner keeps:
 *
 * <ol>
 *   <li>After the last stage every slot holds the expert of the new table.
 *   <li>A slot changes only at an exchange. So the row before serves until the last receive has
 *       ended.
 *   <li>A rank gains no more experts in a stage than it has buffers. The row after each stage is
 *       valid.
 *   <li>A rank receives an expert from another rank, or from the checkpoint, only if it does not
 *       hold it. So there are as many transfers and reloads as experts moved, and one more for each
 *       further replica of an expert that a rank gets in one stage: each is received into a buffer
 *       of its own.
 *   <li>Nothing is received for a slot that becomes EMPTY, nothing is read from a slot that is
 *       EMPTY, and nothing is read from or written to a rank that leaves: one that is to hold
 *       nothing in the layer. An expert comes from the checkpoint only if all ranks that hold it
 *       leave.
 *   <li>An expert comes from the own node if the current table holds it there, on a rank that
 *       stays, unless another source is wished for.
 *   <li>There are as few stages as the buffers allow, and the transfers of a stage need as few
 *       rounds as the limits allow.
 *   <li>Equal tables, topology and limits give equal plans.
 * </ol>
 *
 * <p>Decisions: a rank that leaves counts as dead, since the plan cannot know better. In the rows
 * on the way it keeps its experts until they are received elsewhere, as every row has to name every
 * expert. A stage reads the slots of the row before it, so a later stage may pass on an expert that
 * an earlier one has brought. The updater starts the copies of a stage in their order, each as soon
 * as its two ranks are free, and waits for no round to end. So rounds are a measure: the time of
 * the copies if all take equally long. The {@link io.eplb.core.migration.MigrationPrice} assumes
 * that layers follow one another, that links send and receive at full speed at once, and that
 * copies and exchanges inside a rank are free.
 */
@NullMarked
package io.eplb.core.migration;

import org.jspecify.annotations.NullMarked;
