/**
 * The movement-aware policy {@code incremental}: starts from the table in force and lowers the
 * expected load of the hottest rank in the <em>next</em> window, by few transfers.
 *
 * <p>{@link io.eplb.policies.incremental.MovePlanner} plans one layer in these phases:
 *
 * <ol>
 *   <li><b>Forecast</b> ({@code forecast}): every expert's load in the next window, its variance,
 *       and its joint deviations with other experts, from the windows so far. Windows unlike the
 *       latest count less.
 *   <li><b>Start</b> ({@code layer}): the row in force, the burden of its ranks, and the budget. A
 *       second replica of an expert on one rank is replaced first.
 *   <li><b>Replicas</b> ({@code step.ReplicaLeveling}): as long as it pays by a margin, one replica
 *       goes from the expert whose variance rises least to the one whose variance falls most.
 *   <li><b>Descent</b> ({@code step.Descent}): repeats the step with the highest gain per transfer,
 *       until none is worth its price. A step is a swap, a replication, or a relay. If replicas and
 *       descent together do not lower the potential, both are taken back and descent starts from
 *       the row in force.
 *   <li><b>Splits</b>: the largest replica of the hottest rank is split even though the potential
 *       rises. Descent follows, and the result is kept if the potential is lower.
 *   <li><b>Fresh placement</b>, only where moves are free and the layer was measured in one window
 *       or variance does not count: a layer whose peak is above that of the policy {@code default}
 *       descends without a budget, and takes the placement of {@code default} if the peak is still
 *       higher.
 *   <li><b>Verdict</b>: a layer keeps its row if its peak on the estimate would rise.
 * </ol>
 *
 * <p><b>Example</b>: seven experts a to g with the loads 6, 6, 30, 21, 12, 9, 6 (mean rank load 30)
 * in the initial layout of three ranks; rank loads in brackets.
 *
 * <pre>
 * start      a b c (36)    d e f (42)    g a b (12)     PAR 1.40
 * replicas   a d c (31.5)  d e f (31.5)  g c b (27)     a and b are cold: c and d get their second replicas
 * descent    a d c (31.5)  d e g (28.5)  f c b (30)     f and g are swapped; PAR 1.05 after four transfers
 * </pre>
 *
 * <p><b>What is minimised.</b> With every rank's mean load scaled to 1, the potential is Σ over
 * ranks of U<sup>12</sup>, where U, the burden, is expected load + ½ · aversion · variance, of a
 * rank that is slower or faster than the mean relative to its capacity. This is a smooth substitute
 * for the expected maximum: for Gaussian loads E max ≤ ln(Σ exp(β·mean + β²·variance/2))/β
 * (Boucheron, Lugosi, Massart, <em>Concentration Inequalities</em>, 2013, section 2.5), and the
 * power has the exponential's slope near the mean without its cost. A rank's variance has two
 * parts: each expert's own, divided by the square of its replicas, and the joint deviations of its
 * experts in the windows seen, used as scenarios, so that experts that grow together are kept
 * apart. With a single window there is no measured variance, and a tenth of the aversion (none if
 * moves are unlimited).
 *
 * <p><b>Why replicas first.</b> A moved replica unbalances the ranks that it leaves and joins, so
 * descent alone moves few replicas, and these fit the noise of the window. Therefore the first part
 * of the budget (half of it for an unsettled layer, a quarter for a settled one) is for the replica
 * counts alone.
 *
 * <p><b>Price and budget.</b> Transfers are counted against the row in force, so that a newcomer
 * moves on to another rank for free, and an expert that returns gives its transfer back. Gains are
 * compared per transfer plus one, so that small steps do not come before large ones. A settled
 * layer may receive few experts per plan, more with more ranks; up to eight times as many while its
 * traffic shifts. A layer in the engines' initial layout, or with a PAR above a limit, is unsettled
 * and may receive more. A number of moves set by an option holds for all layers. If the plan after
 * a shift would make the layer worse on the estimate itself, the layer is planned again half way
 * back to the estimate.
 *
 * <p><b>Unequal ranks.</b> A plan numbers the living ranks and their usable slots without gaps
 * ({@link io.eplb.policies.incremental.layer.LivingRanks}), so no phase ever sees an EMPTY slot. A
 * rank's capacity is its speed relative to the mean of the living ranks, its heat is burden ÷
 * capacity, and the potential is Σ capacity · heat<sup>12</sup>, which is least where all ranks are
 * equally hot (Jensen). Among equally fast ranks this is the sum above. A slow rank has as many
 * slots as the others, so it needs as many experts, but cold ones, and replicas of them where
 * single ones are too hot: therefore the search for replications also lists donors off the hottest
 * rank and receivers with small replicas, and an unsettled layer may receive more experts. On a
 * node that has lost slots, expert groups keep their home as long as all their experts fit; the
 * others are placed anywhere ({@code layer.HomeNodes}).
 *
 * <p><b>When descent ends.</b> Descent ends when no step is worth its price, the potential reaches
 * its lower bound (all ranks equal; Jensen), the budget is spent and no free step is left, or the
 * time is up. Splits help where a replica weighs so much that its new half overloads any rank that
 * takes it. Every layer tries them while its budget leaves four moves and its potential is a
 * thousandth above the bound: first one split, then two and three in a row while there is no gain,
 * or after a shift only one. This is a step of iterated local search (Lourenço, Martin, Stützle,
 * 2003).
 *
 * <p><b>Cost.</b> Bounds on what a swap or relay with a rank can gain end the search for a step
 * early without changing its result; of very many ranks only the coldest and hottest are searched.
 * The values of replicas, the order of the ranks and the sums are kept from step to step. So the
 * cost of a step hardly depends on the number of ranks, and the cost of a first plan grows with the
 * number of slots.
 *
 * <p><b>Dispatch.</b> All this is for an even split. Where the engine divides every batch anew
 * (option or configuration {@code dispatch}: {@code lp}), {@code ring} takes the place of the
 * phases from replicas to fresh placement, and the peak is that of the best division. A ring needs
 * the budget of an unsettled layer; a settled layer without one is planned as for an even split. If
 * a ring leaves more than 2 % above the mean on the estimate of an unsettled layer, or lies within
 * nodes, the phases for an even split are tried as well, and the plan with the lower mean peak over
 * possible windows is kept. Where all tokens of an expert in a batch go to one replica ({@code
 * single}), a window of many batches is divided in much the same way, and so is the plan.
 *
 * <p>Measurements are in {@code docs/incremental.md} of this module.
 */
@NullMarked
package io.eplb.policies.incremental;

import org.jspecify.annotations.NullMarked;
