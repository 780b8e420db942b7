/**
 * The search for placements under a dispatch that divides every batch anew ({@code lp}): the living
 * ranks form a ring in their order, and neighbours share replicated experts, so that load can flow
 * along the ring from a rank that is too hot to one that is not.
 *
 * <p>Where all replicas of every expert are on consecutive ranks, the least possible peak is the
 * greatest confined load ÷ capacity of an <em>arc</em>, a run of consecutive ranks: of a set of
 * ranks that is not an arc, one of its arcs is at least as tight. {@link
 * io.eplb.policies.incremental.ring.ArcBurdens} keeps a smooth maximum of these with their
 * variance; {@link io.eplb.policies.incremental.ring.RingLinks} builds the ring; {@link
 * io.eplb.policies.incremental.ring.RingDescent} lowers the maximum by swaps.
 */
@NullMarked
package io.eplb.policies.incremental.ring;

import org.jspecify.annotations.NullMarked;
