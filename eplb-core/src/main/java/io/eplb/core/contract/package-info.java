/**
 * Enforces the contract between the core and a policy: checks questions and answers, and keeps the
 * current table if an answer cannot be used.
 *
 * <p>{@link io.eplb.core.contract.GuardedPolicy} is the decorator around the real policy. An
 * embedding program makes one with {@link io.eplb.core.contract.ContractSettings}, asks it for
 * plans, and takes the table from the {@link io.eplb.core.contract.PlanOutcome}. Decisions:
 *
 * <ul>
 *   <li>A policy runs on a thread of its own. One that lets its deadline pass is abandoned: its
 *       thread is interrupted and left behind with its instance, its layer runner is cancelled, and
 *       the next plan gets a new thread, new workers and a new instance. A thread that never ends
 *       keeps its core busy; this is one more reason to switch a policy off after some failures in
 *       a row.
 *   <li>The package {@code foreign} makes the first instance and copies exceptions of the policy:
 *       no outcome and no log holds an object of the policy, and the methods of such objects run on
 *       the policy's thread, within the deadline.
 *   <li>Rules P2–P6 and P9 reject one layer; a null, an exception, P1, P7 and P8 reject the plan.
 *   <li>A policy is shown a copy of the table in force, which is compared with it after the answer:
 *       on the class path a policy can alter it by reflection. That fails the plan, as an answer
 *       does that no builder can make. The table that serves is never in a policy's hands. Copy and
 *       comparison take some µs for 58 × 288 slots.
 *   <li>An {@code UnsupportedRequestException} of a policy is the user's to mend: it is thrown to
 *       the caller and counts as no failure. Everything else that a policy throws is its own fault.
 *   <li>Ends of layers are told at the beginning of the next call, on the policy's thread and
 *       within the deadline of that call, or before the policy is closed. A plan has at most one
 *       end per layer, so the queue is bounded. A policy that fails or hangs in them fails that
 *       plan.
 *   <li>A policy is closed on its thread, once, when the guard is closed or the instance is given
 *       up and its call returns. Nobody waits longer than five seconds for it, and a failure is
 *       logged.
 *   <li>A stateful policy that is to {@code forget} gets a new instance, so a question that is
 *       asked several times gets one answer.
 *   <li>A layer counts as changed if its row differs from the current one after alignment. The
 *       order of replicas alone is no change.
 *   <li>The determinism probe (P7) puts the same questions in the same order to a second instance,
 *       without helper threads. So a policy with a memory passes, and a policy whose answer depends
 *       on the number of threads fails.
 * </ul>
 */
@NullMarked
package io.eplb.core.contract;

import org.jspecify.annotations.NullMarked;
