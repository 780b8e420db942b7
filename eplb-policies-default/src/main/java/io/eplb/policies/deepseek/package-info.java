/**
 * The DeepSeek family: {@code default}, {@code hierarchical} and {@code global}, the algorithm of
 * deepseek-ai/EPLB ({@code eplb.py} at d52c72d).
 *
 * <p>Decisions: with {@code exact-reference=true} the answer is the reference's bit for bit,
 * replica numbers included. Without it, two replicas of an expert on one rank are repaired, never
 * at the price of the layer's peak where a legal placement reaches it, and an idle layer keeps its
 * current row. Every layer whose row differs from the current one is marked as changed: weighing
 * the gain against the transfers is what {@code incremental} is for. The migration budget is not
 * this family's to keep, since the reference reshuffles everything: a limited one makes the core
 * reject layers.
 */
@NullMarked
package io.eplb.policies.deepseek;

import org.jspecify.annotations.NullMarked;
