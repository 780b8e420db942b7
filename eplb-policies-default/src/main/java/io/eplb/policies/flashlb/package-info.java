/**
 * The policy {@code flashlb}: remembers how every expert's load fluctuates, and places replicas by
 * the risk of a rank, which is the mean of its load plus a multiple of the standard deviation.
 *
 * <p>{@code FlashlbLayer} plans one layer in these phases:
 *
 * <ol>
 *   <li>{@code LayerMemory} adds the new windows to its {@code LoadWindow}, and {@code LayerRisk}
 *       computes the risks;
 *   <li>{@code LayeredSearch} varies the replica counts, by {@code ReplicaShift};
 *   <li>{@code RiskPacking} places each variant on the ranks, measured by {@code RankSums};
 *   <li>{@code RiskSwaps} levels the ranks' risks by exchanges;
 *   <li>{@code RankAlignment} renumbers the ranks, so that few experts move.
 * </ol>
 *
 * <p>Example: four experts on two ranks have a mean load of 1 each. Experts 0 and 1 are busy in the
 * same windows, with loads 2, 0, 2, 0, and experts 2 and 3 in the others, with 0, 2, 0, 2. All
 * placements have equal means. But {@code 0 1 | 2 3} has rank loads of 4 and 0, and a standard
 * deviation of 2 per rank, while {@code 0 2 | 1 3} always has 2 and 2, and a deviation of 0.
 *
 * <p>Source: {@code FlashLB} of vllm-project/vllm-ascend at 182b75e; the ideas are theirs, the code
 * is not. Decisions where the reference leaves a choice or has faults:
 *
 * <ul>
 *   <li>every window is one observation and counts once, by its id, as it was measured: its weight
 *       and whether it is sent again do not matter. It is first scaled so that a layer's experts
 *       have a mean load of 1, so that busy and quiet windows count the same; a window in which a
 *       layer is idle or which has no weight there is left out. If the ids go back or leave out
 *       many windows, the observations start anew ({@code LayerMemory});
 *   <li>only windows that are new decide whether a layer is planned. If they were judged together
 *       with windows that the row in force was planned for, the row would look better than it is;
 *   <li>the memory of an instance belongs to one topology, number of layers and window size; when
 *       one of them changes, the memory is cleared;
 *   <li>variances and covariances are those of the observations (divided by their number) and enter
 *       a rank's risk once: mean + z × the standard deviation of the sum of its replicas' loads;
 *   <li>covariances are not stored as a matrix, which would take experts² numbers per layer. They
 *       are computed from the observations: a rank's series of sums gives the variance of its sum
 *       with all covariances;
 *   <li>a replica may stay on a rank with a higher risk, so that few weights move; exchanges of two
 *       replicas then level the ranks' risks;
 *   <li>the layered search runs only where exchanges cannot level the risks: elsewhere other
 *       replica counts are not needed;
 *   <li>the answer marks exactly the layers that change; a layer stays as it is when it is idle,
 *       good enough, would not get better, or would exceed the migration budget;
 *   <li>replicas go to any node, so ranks are matched across nodes too;
 *   <li>the risk of a rank is that of its load ÷ speed, every usable slot holds a replica and no
 *       other slot does, and only ranks of equal speed and equally many usable slots are matched;
 *   <li>what a plan achieves counts only if its row comes into force. Who never tells the end of a
 *       layer is taken to carry out every plan.
 * </ul>
 */
@NullMarked
package io.eplb.policies.flashlb;

import org.jspecify.annotations.NullMarked;
