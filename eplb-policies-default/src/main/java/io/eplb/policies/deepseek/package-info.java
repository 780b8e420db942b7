/**
 * The DeepSeek family: {@code default}, {@code hierarchical} and {@code global}, the algorithm of
 * deepseek-ai/EPLB ({@code eplb.py} at d52c72d).
 *
 * <p>Decisions: with {@code exact-reference=true} the answer is the reference's bit for bit,
 * replica numbers included. Without it, two replicas of an expert on one rank are repaired, never
 * at the price of the layer's peak where a legal placement reaches it, and an idle layer keeps its
 * current row. Every layer whose row differs from the current one is marked as changed: weighing
 * the gain against the transfers is what {@code incremental} is for. The reference reshuffles
 * everything, and half of its plan is no plan: a layer whose new row would exceed a limited
 * migration budget keeps its current one, in exact-reference mode too.
 */
@NullMarked
package io.eplb.policies.deepseek;

import org.jspecify.annotations.NullMarked;
