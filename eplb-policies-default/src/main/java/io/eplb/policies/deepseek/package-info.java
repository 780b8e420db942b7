/**
 * The policies {@code default}, {@code hierarchical} and {@code global}: the algorithm of
 * deepseek-ai/EPLB ({@code eplb.py} at d52c72d).
 *
 * <p>{@code DeepSeekLayer} plans one layer in two phases: {@link
 * io.eplb.policies.kernel.RepairedPlacement} places it from scratch, and the new row is taken if it
 * is within the migration budget. The package {@code io.eplb.policies.kernel} has an example.
 *
 * <p>Decisions: with {@code exact-reference=true} the answer is the reference's bit for bit,
 * replica numbers included. Without it, two replicas of an expert on one rank are repaired, without
 * a higher peak of the layer where a legal placement reaches it, and an idle layer keeps its
 * current row. Every layer whose row differs from the current one is marked as changed, even for a
 * small gain; {@code incremental} weighs the gain against the transfers. A new row is taken as a
 * whole: a layer whose row would exceed a limited migration budget keeps its current one, in
 * exact-reference mode too.
 *
 * <p>Where ranks differ in speed or in usable slots, which the reference does not know, {@link
 * io.eplb.policies.kernel.UnevenPlacement} places the layer, and {@code exact-reference=true} is
 * refused. Ranks that can use all slots and are equally fast get the same answer at any speed.
 * {@code default} places layer and ranks as a whole if a node can no longer hold its expert groups;
 * {@code hierarchical} then lets nodes share them, as few as its search finds.
 */
@NullMarked
package io.eplb.policies.deepseek;

import org.jspecify.annotations.NullMarked;
