/**
 * The memory that the engine of a rank shares with its agent: the gate of its steps, its experts'
 * weights, and its counts of tokens. Engine and agent may be threads of one process, or processes
 * that map the same files and die at any moment.
 *
 * <p>The gate gives each step its table by the step's number:
 *
 * <pre>
 *   engine starts        agent gives a table     engine has loaded it
 *   ────────▶ STARTING ──────────────▶ LOADING ──────────────▶ OPEN
 *
 *           agent: change, fence N          agent: outcome
 *   OPEN ─────────────────────▶ PROMISED(N) ─────────────▶ COMMITTED(N)
 *    ▲                              │ agent: outcome            │ engine at N, steps below have ended:
 *    ├──────────────────────────────┘                           │ exchanges, rows, version + 1
 *    └──────────────────────────────────────────────────────────┘
 *   any ──▶ BROKEN: by the agent, or by the engine when a change cannot be carried out
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>All transitions are compare-and-sets of one word, which holds phase, fence and the number
 *       of the engine's start. A new start of the engine makes every transition of an agent that is
 *       attached to an earlier one fail.
 *   <li>A step begins only if it is below the fence of that word after it has been announced. The
 *       agent takes a promise back if the fence was announced before the word was written. Both
 *       announce first and look then, all in the one order of volatile accesses; so a promise that
 *       was given holds, and if each sees the other, both withdraw.
 *   <li>The change is written before the word refers to it, by the one agent that holds the agent's
 *       lock, and never while the word refers to it. So what a killed agent has half written is
 *       never used.
 *   <li>The table in force is written by the engine alone, while no step can begin. It carries a
 *       count, so that a reader notices a table that is half written.
 *   <li>Weights of slots are exchanged while no step of the rank is in flight, after the change is
 *       committed. An exchange that fails three times breaks the gate: memory may agree with no
 *       table, and the engine has to start anew.
 *   <li>The table after a promise may be built before the fence. It is used only if the committed
 *       change is the one that it was built from, to the checksum.
 * </ol>
 *
 * <p>What a killed process leaves: of the agent, a gate that is as it was; the next agent attaches,
 * and finds the promise or the committed change. Of the engine, words of a start that is over; the
 * next engine starts with a new number, gets its table from the agent, and loads every expert.
 *
 * <p>Decisions: a waiting step looks at the word again and again, after pauses of a sixteenth of
 * the time that it has waited, 1 ms at most; a signal between processes would need a lock or a
 * system call. An exchange is not taken back when a later one fails, since the switch is committed:
 * the rank has to start anew in any case. Files are never made shorter, since that kills the
 * processes that have mapped them. The words of this package are those of the machine; the page
 * {@code processes.md} lists them for engines in other languages.
 */
@NullMarked
package io.eplb.core.engine.shared;

import org.jspecify.annotations.NullMarked;
