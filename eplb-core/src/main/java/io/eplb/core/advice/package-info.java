/**
 * Advice on balancing from a recording: does it pay, and with which redundancy, policy, interval
 * and dispatch.
 *
 * <p>The method of {@link io.eplb.core.advice.Advisor}:
 *
 * <ul>
 *   <li>The first half of the windows teaches; the windows after it are held back. Every candidate
 *       is replayed by {@link io.eplb.core.simulation.Simulation}, so that each held-back window is
 *       scored with a table planned before it. Its cost in each of them is what candidates are
 *       compared by: see {@link io.eplb.core.advice.Measure}.
 *   <li>Two candidates are equal if the difference of their costs, window by window, is smaller
 *       than its own noise ({@link io.eplb.core.advice.Noise}). Of equal candidates the one that
 *       moves or holds least is advised.
 *   <li>Every policy is tried with every redundancy ({@link io.eplb.core.advice.Contest}), as the
 *       best one with few redundant experts is seldom the best with many. The knee of the {@link
 *       io.eplb.core.advice.Curve} of the best ones is advised. Then come the intervals of its
 *       policy, and all policies under the other dispatches. Where moves have a price, every policy
 *       is tried in every interval, since the one that moves least in each window is seldom the one
 *       that is worth its moves in a long interval. So the number of simulations is known before
 *       the first.
 *   <li>The candidates are chosen by the same windows that their figures come from. With few
 *       held-back windows the figures flatter a little.
 *   <li>A long recording of many layers is judged by some of them ({@link
 *       io.eplb.core.advice.SampledLayers}).
 * </ul>
 */
@NullMarked
package io.eplb.core.advice;

import org.jspecify.annotations.NullMarked;
