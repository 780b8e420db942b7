/**
 * A running engine kept balanced: the cycle that measures, plans, moves weights and switches
 * layers, beside the steps that serve.
 *
 * <p>{@link io.eplb.core.runtime.EplbRuntime} balances the ranks of its own process: serving
 * threads pass through the step gate and count what they end. {@link
 * io.eplb.core.runtime.ClusterRuntime} balances ranks that are other processes: it asks their
 * agents for steps and loads, and switches by promises. Both run the same cycle of events on one
 * thread:
 *
 * <pre>
 *   OFF (dynamic_eplb is false)
 *   COLLECTING ──enough steps──▶ PLANNING ──layers to change──▶ UPDATING ──▶ RECORDING ──▶ COLLECTING
 *                                   └──────nothing to change, failed, late──────▲
 *   after any cycle: STOPPED if too many have failed in a row; from every state: CLOSED
 *   a rank fails or returns: REPAIRING from every state but CLOSED, and then on as after a cycle
 * </pre>
 *
 * Invariants:
 *
 * <ol>
 *   <li>In every state steps begin and end, with the table in force. No failure here reaches a
 *       serving thread, but for lost memory of the engine: an exchange that failed and could not be
 *       undone.
 *   <li>A serving thread takes no lock, allocates nothing and waits for nothing, unless a layer is
 *       being switched or a target of the count is reached.
 *   <li>The state belongs to the timeline's thread. Other threads see a snapshot, published as a
 *       whole after every event.
 *   <li>At most one plan, update or recording is under way; events of a cycle that has ended are
 *       ignored.
 *   <li>Every cycle that begins ends with one report, which is logged as one event and told once.
 *   <li>A plan is made for ranks that the table in force fits, and never carried out for others.
 *   <li>A recorded map is a table that was in force, whole; no failure touches the one before it.
 * </ol>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A step counts when every rank has ended it, so that the load of a silent rank is never
 *       missing. Collecting counts steps of the configured phase, planning all. The watchdog counts
 *       those of the fastest rank, since a silent rank ends the count of all others. The silent
 *       rank is found by time, not by steps: ranks that need each other stand still together.
 *   <li>Steps during planning and updating are measured too; their tokens belong to the window that
 *       is collected next. An interval is served under many tables, one per commit, thousands where
 *       buffers are few. A token is counted for its expert under the table of its own step, so no
 *       table has to be remembered, and no load is lost with a forgotten one.
 *   <li>One load that cannot be used refuses the whole window: half a window would mislead.
 *   <li>A late plan is given up: its thread is interrupted, its policy made anew, its answer
 *       dropped.
 *   <li>The benefit is judged layer by layer, since layers are independent: a layer that is not
 *       worth its transfers stays, the others go on.
 *   <li>A cycle that finds nothing worth changing is a success. A cycle with all layers aborted is
 *       a failure; with some aborted it is not. A map that cannot be recorded, or not in time, is
 *       not a failure of the cycle: it is logged, visible, and tried again after every cycle. Maps
 *       have a thread of their own, so a hanging engine or policy does not stop the last recording.
 *   <li>When ranks change, a plan under way is dropped and an update under way aborted, neither as
 *       a failure: experts that nobody serves come first. A repair is tried again until the table
 *       fits, also when the rebalancing has stopped. A rank that returns waits until its loss is
 *       repaired. If the slots that are left do not suffice for the experts, steps wait and fail
 *       until the engine is started anew: what the table places on failed ranks is gone.
 *   <li>Ranks of many processes have to promise every switch. While one is away nothing is planned,
 *       and the others serve on; it keeps its experts. A rank that two members claim counts as
 *       away: one of them is dead, or wrong. When all are there again a new interval begins: the
 *       load of the one before lacks what the rank would have counted.
 *   <li>Agents tell totals, and the planner takes differences. So no answer has to be acknowledged,
 *       and neither a lost or repeated answer nor another planner counts a token twice. The first
 *       interval of a planner begins when it has heard all ranks, since totals of ranks that
 *       started at different times say nothing of the load.
 *   <li>The circuit breaker does not close again by itself. It opens at once if the policy is
 *       switched off, and on a {@link VirtualMachineError}. Where ranks are other processes, loads
 *       that could not be collected and updates that were aborted do not count: the rank or the
 *       network that was the reason comes back by itself, and the planner tries again.
 *   <li>The recorded map replaces the file at its path, also the map that the engine started from,
 *       so that an engine restarts where it stopped.
 * </ul>
 */
@NullMarked
package io.eplb.core.runtime;

import org.jspecify.annotations.NullMarked;
