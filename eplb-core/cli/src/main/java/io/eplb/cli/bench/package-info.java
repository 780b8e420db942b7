/**
 * The protocols by which the field compares policies, over {@link
 * io.eplb.core.simulation.Simulation}. {@link io.eplb.cli.bench.Comparison} replays one recording
 * on one group by each of them:
 *
 * <ul>
 *   <li>ADRS's evaluator: {@link io.eplb.cli.bench.RatioOfSums}, planned from the last window
 *       alone;
 *   <li>ours: PAR on the next window and experts moved, planned from a moving average;
 *   <li>planning time as a multiple of the time of a sort in the same run: {@link
 *       io.eplb.cli.bench.PlanningTime}.
 * </ul>
 */
@NullMarked
package io.eplb.cli.bench;

import org.jspecify.annotations.NullMarked;
