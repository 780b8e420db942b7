/**
 * Replays a recorded load through policies and scores their plans.
 *
 * <p>{@link io.eplb.core.simulation.Simulation} is the protocol: for each window every policy plans
 * from its own current table and the estimate over the windows so far, and is scored on the next
 * window. Decisions:
 *
 * <ul>
 *   <li>A running engine is simulated: tables start as the engine's initial layout, slots are
 *       aligned, a rejected layer keeps its row and a failed plan its table, and a policy that
 *       fails some times in a row is switched off, as in production.
 *   <li>Two references are part of the simulator and give every figure a floor and a ceiling: one
 *       keeps its table, and one knows the window that it is scored on. A lower bound on PAR for
 *       any placement stands beside them.
 *   <li>Every figure is taken under one dispatch, the lower bound too. Policies are told of it.
 *   <li>A policy that gives shares of traffic is scored with them under an even split, until it
 *       marks the layer again. The lower bound is one for equal parts, which such a policy may
 *       beat.
 *   <li>A recording of single steps is walked through twice: ahead in windows, the sums that plans
 *       are made from, and behind in steps, on which they are scored. A step and two windows are in
 *       memory.
 *   <li>The figures of steps are means and percentiles over every layer of every step, each counted
 *       once. Moves are taken to stop serving: the most that they can cost.
 *   <li>A window counts for every policy or for none: when the simulation is stopped, the window
 *       under way is discarded for all.
 *   <li>Memory grows by only a few numbers per window: percentiles over more than 65,536 ratios are
 *       taken from a histogram of 0.01 % width.
 * </ul>
 */
@NullMarked
package io.eplb.core.simulation;

import org.jspecify.annotations.NullMarked;
