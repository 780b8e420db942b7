/**
 * Replays a recorded load through policies and scores what they would have done.
 *
 * <p>{@link io.eplb.core.simulation.Simulation} is the protocol: for each window every policy plans
 * from its own current table and the estimate over the windows so far, and is scored on the next
 * window. Decisions:
 *
 * <ul>
 *   <li>A running engine is simulated: tables start as the engine's initial layout, slots are
 *       aligned, a rejected layer keeps its row and a failed plan its table, and a policy that
 *       fails some times in a row is switched off, as in production.
 *   <li>The policy that keeps its table and the one that knows the window it is scored on are
 *       references and part of the simulator, so that every figure has a floor and a ceiling. A
 *       lower bound on PAR for any placement stands beside them.
 *   <li>A window counts for every policy or for none: what is under way when the simulation is
 *       stopped is discarded for all.
 *   <li>Memory does not grow with the windows but for a few numbers each: percentiles over more
 *       than 65,536 ratios are taken from a histogram of 0.01 % width.
 * </ul>
 */
@NullMarked
package io.eplb.core.simulation;

import org.jspecify.annotations.NullMarked;
