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
 *   <li>Rules P2–P6 reject one layer; a null, an exception, P1, P7 and P8 reject the plan.
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
