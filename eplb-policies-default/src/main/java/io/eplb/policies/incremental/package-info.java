/**
 * The movement-aware policy {@code incremental}: starts from the current table and lowers the load
 * that the hottest rank is expected to have in the <em>next</em> window, for few transfers.
 *
 * <p><b>What is minimised.</b> With every rank's mean load scaled to 1, the potential is Σ over
 * ranks of U<sup>12</sup>, where U = expected load + ½ · aversion · variance. This is a smooth
 * stand-in for the expected maximum: for Gaussian loads E max ≤ ln(Σ exp(β·mean + β²·variance/2))/β
 * (Boucheron, Lugosi, Massart, <em>Concentration Inequalities</em>, 2013, section 2.5), and the
 * power has the exponential's slope near the mean without its cost. The variance of a rank has two
 * parts: each expert's own, divided by the square of its replicas, and the joint deviations of its
 * experts in the windows seen, used as scenarios, so that experts that grow together are kept
 * apart. An expert's variance is measured across the windows and shrunk towards a prior
 * proportional to its squared load (counts in real recordings are over-dispersed far beyond √n);
 * with a single window there is the prior alone, and a quarter of the aversion (none if moves are
 * unlimited).
 *
 * <p><b>How.</b> Steepest descent by gain per transfer (plus one, so that small steps do not crowd
 * out large ones). Steps are swaps of two slots out of the hottest ranks; a redundant replica of
 * one expert making way for a replica of another; and the same as a relay: the freed slot takes an
 * expert of a third rank, whose slot takes the new replica. Transfers are counted against the
 * original table, so shifting a newcomer to another rank is free, and sending it home is a refund.
 * Descent ends when no step pays its price, the potential reaches its lower bound (all ranks alike;
 * Jensen), the budget is spent and no free step is left, or time is up. A layer whose peak on the
 * given estimate would rise is kept as it is.
 *
 * <p>Where a replica weighs so much that splitting it is uphill at first (its new half overloads
 * whatever rank takes it), an unsettled layer tries the split all the same, up to three in a row,
 * descends from there, and keeps the outcome if the potential is lower: a step of iterated local
 * search (Lourenço, Martin, Stützle, 2003).
 *
 * <p><b>Cost.</b> A step looks at few of the ranks: bounds on what a swap or relay with a rank can
 * gain end the search early without changing what is found, and of more than max(32, 512 / slots
 * per rank) ranks only so many of the coldest and hottest are searched. What replicas are worth,
 * the order of the ranks and the sums are kept from step to step. So a step costs about the same
 * whatever the number of ranks, and a first plan grows with the number of slots.
 *
 * <p><b>Budget.</b> A settled layer may receive few experts per plan. A layer that still holds the
 * layout that engines start from, or whose PAR is beyond a limit, is unsettled and may receive
 * more.
 *
 * <p><b>Measured</b> with default options on GLM-5.2 traffic (75 layers, 256 experts; planned on a
 * moving average with alpha 0.25, scored on the next window; mean PAR, and experts moved per layer
 * by the first plan and by each later one). The reshuffle is the heaviest-first one of DeepSeek
 * EPLB (global) on the same average.
 *
 * <table>
 * <caption>Next window</caption>
 * <tr><th>traffic, ranks × slots</th><th>PAR</th><th>moved</th><th>reshuffle</th><th>moved</th></tr>
 * <tr><td>mixed, 32 × 9</td><td>1.198</td><td>66, 7.9</td><td>1.195</td><td>278, 273</td></tr>
 * <tr><td>40 shifting windows, 32 × 9</td><td>1.450</td><td>66, 8.4</td><td>1.442</td>
 *     <td>277, 275</td></tr>
 * <tr><td>mixed, 64 × 5</td><td>1.351</td><td>130, 7.4</td><td>1.324</td><td>314, 307</td></tr>
 * <tr><td>mixed, 64 × 5, 12 moves allowed</td><td>1.340</td><td>130, 11.4</td><td>1.324</td>
 *     <td>314, 307</td></tr>
 * </table>
 *
 * <p>Four orders of the mixed windows score 1.193 to 1.201 at 32 × 9; differences below 0.003 are
 * noise. Twice the moves gain about 0.003. On the window it was planned on, the first plan reaches
 * 1.005 with 66 moves and 1.0003 with 92 (no budget).
 */
@NullMarked
package io.eplb.policies.incremental;

import org.jspecify.annotations.NullMarked;
