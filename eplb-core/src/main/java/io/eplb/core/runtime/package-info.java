/**
 * A running engine kept balanced: the cycle that measures, plans, moves weights and switches
 * layers, beside the steps that serve.
 *
 * <p>{@link io.eplb.core.runtime.EplbRuntime} puts the parts together. Serving threads pass through
 * the step gate and count what they end; all else is a cycle of events on one thread:
 *
 * <pre>
 *   OFF (dynamic_eplb is false)
 *   COLLECTING ──enough steps──▶ PLANNING ──layers to change──▶ UPDATING ──▶ RECORDING ──▶ COLLECTING
 *                                   └──────nothing to change, failed, late──────▲
 *   after any cycle: STOPPED if too many have failed in a row; from every state: CLOSED
 * </pre>
 *
 * Invariants:
 *
 * <ol>
 *   <li>In every state steps begin and end, with the table in force. Nothing that fails here
 *       reaches a serving thread, but for an engine's memory that is lost: an exchange that failed
 *       and could not be undone.
 *   <li>A serving thread takes no lock, allocates nothing and waits for nothing, unless a layer is
 *       being switched or a target of the count is reached.
 *   <li>The state belongs to the timeline's thread. What others see is a snapshot, published as a
 *       whole after every event.
 *   <li>At most one plan, update or recording is under way; whatever arrives for a cycle that has
 *       ended is ignored.
 *   <li>Every cycle that begins ends with one report, which is logged as one event and told once.
 *   <li>A recorded map is a table that was in force, whole; no failure touches the one before it.
 * </ol>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A step counts when every rank has ended it, so that the load of a silent rank is never
 *       missing. Collecting counts steps of the configured phase, planning all. The watchdog counts
 *       those of the fastest rank: one that is silent ends the count of all others. Which one that
 *       is, is found by time, not by steps: ranks that need each other stand still together.
 *   <li>Steps during planning and updating are measured too; their tokens belong to the window that
 *       is collected next. An interval is served under many tables, one per commit, thousands where
 *       buffers are few. A token is counted for its expert under the table of its own step, so that
 *       nobody has to remember tables, and no load is lost with one that is forgotten.
 *   <li>One load that cannot be used refuses the whole window: half a window would mislead.
 *   <li>A plan that is not there in time is given up: its thread is interrupted, its policy made
 *       anew, its answer dropped even if it comes.
 *   <li>The benefit is judged layer by layer, since layers are independent: those that are not
 *       worth their transfers stay, the others go on.
 *   <li>A cycle that finds nothing worth changing is a success. One in which all layers are aborted
 *       is a failure, one in which some are is not. A map that cannot be recorded, or not in time,
 *       is not a failure of the cycle: it is logged, visible, and tried again after every cycle.
 *       Maps have a thread of their own, so that an engine or a policy that hangs does not keep the
 *       last one from being written.
 *   <li>The circuit breaker does not close again by itself. It opens at once if the policy is
 *       switched off, and on errors that say that the virtual machine is broken.
 *   <li>The recorded map replaces what was there, the map that the engine started from included if
 *       both paths are the same, so that an engine restarts where it stopped.
 * </ul>
 */
@NullMarked
package io.eplb.core.runtime;

import org.jspecify.annotations.NullMarked;
