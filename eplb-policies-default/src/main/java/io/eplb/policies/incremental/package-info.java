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
 * apart. An expert's variance is measured across the windows and shrunk towards a prior in
 * proportion to its load, far above that of independent tokens: the counts are over-dispersed
 * (quasi-Poisson; McCullagh and Nelder, <em>Generalized Linear Models</em>, 1989, section 6.2).
 * With a single window there is the prior alone, and a tenth of the aversion (none if moves are
 * unlimited).
 *
 * <p><b>Shifts.</b> A moving average follows traffic that changes too late, and one that follows it
 * faster is noisier while nothing changes. Therefore a window counts less the more its squared
 * distance from the latest exceeds that between consecutive windows (the lower median of them, so
 * that a shift or two does not pass for noise, and a sixteenth of the assumed variance at least).
 * What is expected, its variance and the scenarios come from the windows so weighted; a layer may
 * receive more in proportion to how much weight the latest window gains. Steady windows keep their
 * weights, so that nothing changes for them. A plan that would make the layer worse on the estimate
 * itself is made again from the estimate.
 *
 * <p><b>Replicas first.</b> A replica that moves unbalances the ranks that it leaves and joins, so
 * descent alone hardly moves one, and what it does move fits the noise of the window. Therefore the
 * first part of the budget (half of it for an unsettled layer, a quarter for a settled one) goes to
 * the replica counts alone: as long as it pays by a margin, the expert whose variance falls most by
 * one more replica gets that of one whose variance rises least, where the potential likes it best.
 * Descent then balances what came of it; where moves are free, by swaps alone until none is left,
 * as the replicas have just gone where they belong, which is quicker for some more moves. With
 * equal moves, and equal PAR on the window planned on, this takes 0.010 off the next window's PAR
 * after the first plan at 32 × 9, and 0.020 at 64 × 5; how the experts are arranged matters little
 * as long as one window is known.
 *
 * <p><b>How.</b> Steepest descent by gain per transfer (plus one, so that small steps do not crowd
 * out large ones). Steps are swaps of two slots out of the hottest ranks; a redundant replica of
 * one expert making way for a replica of another; and the same as a relay: the freed slot takes an
 * expert of a third rank, whose slot takes the new replica. Transfers are counted against the
 * original table, so shifting a newcomer to another rank is free, and sending it home is a refund.
 * Descent ends when no step pays its price, the potential reaches its lower bound (all ranks alike;
 * Jensen), the budget is spent and no free step is left, or time is up. A layer whose peak on the
 * estimate would rise is kept as it is.
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
 * <p><b>Without limits</b> a plan from one window, or without aversion, is compared with the policy
 * {@code default}, whose placement is taken, with its ranks renumbered, and descended from, if its
 * peak is lower: no layer ends above a reshuffle. Where nothing is loaded yet and moves are free, a
 * layer that its limits would leave above a reshuffle moves more, until it is not, unless options
 * set the limits.
 *
 * <p><b>Budget.</b> A settled layer may receive few experts per plan, more with more ranks, of
 * which more stand out; up to four times as many while its traffic shifts. A layer that still holds
 * the layout that engines start from, or whose PAR is beyond a limit, is unsettled and may receive
 * more. A number of moves that an option asks for holds for all of them.
 *
 * <p><b>Measured</b> with default options on GLM-5.2 traffic (75 layers, 256 experts; planned on a
 * moving average with alpha 0.25, scored on the next window; mean PAR, and experts moved per layer
 * by the first plan and by each later one), beside {@code default} and {@code flashlb} on the same
 * average.
 *
 * <table>
 * <caption>Next window</caption>
 * <tr><th>traffic, ranks × slots</th><th>PAR</th><th>moved</th><th>default</th><th>moved</th>
 *     <th>flashlb</th><th>moved</th></tr>
 * <tr><td>mixed, 32 × 9</td><td>1.188</td><td>52, 7.9</td><td>1.194</td><td>278, 273</td>
 *     <td>1.197</td><td>105, 17</td></tr>
 * <tr><td>the same, 4 moves allowed</td><td>1.195</td><td>52, 3.8</td><td></td><td></td>
 *     <td></td><td></td></tr>
 * <tr><td>the same, 16 moves allowed</td><td>1.182</td><td>52, 15</td><td></td><td></td>
 *     <td></td><td></td></tr>
 * <tr><td>the same, no limits</td><td>1.181</td><td>95, 74</td><td></td><td></td>
 *     <td></td><td></td></tr>
 * <tr><td>40 shifting windows, 32 × 9</td><td>1.400</td><td>55, 13</td><td>1.442</td>
 *     <td>277, 275</td><td>1.410</td><td>113, 38</td></tr>
 * <tr><td>mixed, 32 × 8, no redundancy</td><td>1.213</td><td>44, 7.9</td><td>1.219</td>
 *     <td>248, 233</td><td>1.220</td><td>89, 14</td></tr>
 * <tr><td>mixed, 64 × 5</td><td>1.309</td><td>89, 11</td><td>1.324</td><td>314, 307</td>
 *     <td>1.315</td><td>162, 45</td></tr>
 * <tr><td>the same, 24 moves allowed</td><td>1.304</td><td>89, 23</td><td></td><td></td>
 *     <td></td><td></td></tr>
 * <tr><td>mixed, 128 × 3</td><td>1.517</td><td>149, 18</td><td>1.534</td><td>379, 366</td>
 *     <td>1.517</td><td>224, 94</td></tr>
 * <tr><td>40 shifting windows, 64 × 5</td><td>1.693</td><td>92, 26</td><td></td><td></td>
 *     <td>1.670</td><td>166, 87</td></tr>
 * </table>
 *
 * <p>Differences below 0.003 are noise. Over 24 traces of each kind (weighted sums of three to five
 * domains; one domain; half of them resampled) the mean PAR of mixed traffic is 1.220 at 32 × 9 and
 * 1.378 at 64 × 5. Over 12 traces whose domains follow each other, moves by shift take 1.415 with
 * 12, where four moves for every rise of the weight from the start would take 1.414 with 14, and
 * mixed traffic above its 8. Swaps first in every unsettled layer would take 0.002 off mixed
 * traffic at 64 × 5, and add 0.004 on the recording itself and five moves to the first plan. Prices
 * up to 0.00002 change nothing but the number of moves, 0.001 costs 0.012. Aversion from 8 to 16,
 * two to four times the prior's weight, powers from 6 to 24, margins from 0.1 to 1 and shares of
 * the budget for replicas from a sixth to a half give the same within the noise, and so does
 * annealing in place of descent. On the window it was planned on, at 32 × 9, the first plan reaches
 * 1.01 or less with at most 69 moves, by domain and mixed, and 1.0004 in every window with 91 to
 * 104 (no budget).
 */
@NullMarked
package io.eplb.policies.incremental;

import org.jspecify.annotations.NullMarked;
