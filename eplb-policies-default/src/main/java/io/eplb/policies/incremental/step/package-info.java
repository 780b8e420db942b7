/**
 * The search for steps that lower a layer's potential.
 *
 * <ul>
 *   <li>A <em>swap</em> exchanges an expert of a hot rank for a lighter one of another rank: {@link
 *       io.eplb.policies.incremental.step.SwapSearch}, with the prices of {@link
 *       io.eplb.policies.incremental.step.SwapPrices} and the gains of {@link
 *       io.eplb.policies.incremental.step.JointSwapGain}.
 *   <li>A <em>replication</em> gives an expert one more replica in place of another expert's:
 *       {@link io.eplb.policies.incremental.step.ReplicationSearch}, which chooses candidates by
 *       {@link io.eplb.policies.incremental.step.ReplicaEffects}.
 *   <li>A <em>relay</em> is a replication in which the freed slot takes an expert of a third rank,
 *       whose slot takes the new replica: {@link io.eplb.policies.incremental.step.RelaySearch}.
 * </ul>
 *
 * <p>{@link io.eplb.policies.incremental.step.Descent} takes the {@linkplain
 * io.eplb.policies.incremental.step.BestStep best} of them. {@link
 * io.eplb.policies.incremental.step.ReplicaLeveling} moves replicas before that, and {@link
 * io.eplb.policies.incremental.step.DuplicateReplacement} makes a row legal.
 */
@NullMarked
package io.eplb.policies.incremental.step;

import org.jspecify.annotations.NullMarked;
