/**
 * Enforces the contract between the core and a policy: checks what goes in and what comes out, and
 * keeps the current table whenever the answer cannot be used.
 *
 * <p>{@link io.eplb.core.contract.GuardedPolicy} is the decorator around the real policy. An
 * embedding program makes one with {@link io.eplb.core.contract.ContractSettings}, asks it for
 * plans, and takes the table from the {@link io.eplb.core.contract.PlanOutcome}. Decisions:
 *
 * <ul>
 *   <li>A policy runs on a thread of its own. One that lets its deadline pass is abandoned: its
 *       thread is interrupted and left behind with its instance, its layer runner is cancelled, and
 *       the next plan gets a new thread, new workers and a new instance. A thread that never ends
 *       keeps its core busy, which is one more reason why a policy is switched off after some
 *       failures in a row.
 *   <li>Making the first instance, and whatever a policy throws, is left to {@code foreign}:
 *       neither an outcome nor a log holds an object of the policy's, and its methods run on the
 *       policy's thread, within the deadline.
 *   <li>Rules P2–P6 reject one layer; a null, an exception, P1, P7 and P8 reject the plan.
 *   <li>A layer counts as changed if its row differs from the current one after alignment. The
 *       order of replicas alone is no change.
 *   <li>The determinism probe (P7) asks a second instance, which has been asked everything that the
 *       first one was, and gives it no helpers: so a policy with a memory passes, and one whose
 *       answer depends on the number of threads does not.
 * </ul>
 */
@NullMarked
package io.eplb.core.contract;

import org.jspecify.annotations.NullMarked;
