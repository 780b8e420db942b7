/**
 * How the experts' weights get from the slots of one table to those of another: which copies, from
 * where, in which order.
 *
 * <p>A {@link io.eplb.core.migration.MigrationPlan} is data only; whatever carries it out has to
 * keep its order and nothing else. The states of a destination slot (one whose expert differs):
 *
 * <pre>
 *   WANTED ──transfer or copy──▶ DONE
 *      │                          ▲
 *      └──transfer──▶ BUFFERED ───┘ copy
 * </pre>
 *
 * Invariants, which {@link io.eplb.core.migration.MigrationCheck} judges and the planner keeps:
 *
 * <ol>
 *   <li>After the last move every slot holds the expert of the new table.
 *   <li>A slot is written once, and only if its expert differs; what stays is never moved.
 *   <li>A slot is written only when nothing has its old expert left to read; so no move reads a
 *       slot that has been overwritten. Within a round, no transfer reads what another writes.
 *   <li>A rank receives an expert once, and only if it does not hold it: other slots of that rank
 *       are filled by copies. So there are exactly as many transfers as experts moved.
 *   <li>No rank sends, receives or buffers more than the limits say; buffers end up empty.
 *   <li>Equal tables, topology and limits give equal plans.
 * </ol>
 *
 * <p>One buffer per rank is enough, in whatever order it is used. Suppose that nothing can go on:
 * every wanted slot still has a reader among the wanted slots. There are as many readers as wanted
 * slots, since each reads one source, so nobody reads a slot whose expert waits in a buffer; that
 * one could go on. So no expert waits, all buffers are free, and one of them takes the next
 * transfer, which sets its source free.
 *
 * <p>An engine that goes on serving cannot have slots overwritten one by one. For it there is a
 * {@link io.eplb.core.migration.BufferedMigration}, which receives everything into buffers and then
 * exchanges buffers and slots at one instant, and {@link io.eplb.core.migration.MigrationStages},
 * the valid rows in between where buffers do not suffice for that. They choose senders by the same
 * rules.
 *
 * <p>Decisions: layers are moved one after another, so that each can be switched on its own; rounds
 * and buffers are counted per layer. Transfers read slots of the current table only: a rank does
 * not pass on in a later round what it has just received. Time is estimated for links that send and
 * receive at full speed at once, and copies inside a rank are taken to be free.
 */
@NullMarked
package io.eplb.core.migration;

import org.jspecify.annotations.NullMarked;
