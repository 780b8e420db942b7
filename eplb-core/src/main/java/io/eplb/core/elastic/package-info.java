/**
 * Tables for ranks that die, come back, join, leave, or share a failure domain.
 *
 * <p>{@link io.eplb.core.elastic.Repair} makes a table fit the ranks as they are, {@link
 * io.eplb.core.elastic.Rescale} takes a table to another number of ranks or slots, and {@link
 * io.eplb.core.elastic.Survival} spreads replicas over failure domains. None of them balances: each
 * writes as few slots as its purpose needs and chooses, among equally few, those that keep the peak
 * low. A policy balances afterwards.
 *
 * <p>Decisions: every choice is a function of table, ranks and loads alone, without clocks, seeds
 * or hash orders, so that survivors who compute it apart get the same table. Loads of a layer are
 * divided by their mean first, so that only their proportions count; a layer without any load is
 * treated as if all experts were equally hot. A layer's peak is that of {@link
 * io.eplb.api.LayerBalance}: the greatest load ÷ speed of a rank. Of two equal peaks the one with
 * the smaller sum of squares over the ranks is better, since the next write can lower it.
 */
@NullMarked
package io.eplb.core.elastic;

import org.jspecify.annotations.NullMarked;
