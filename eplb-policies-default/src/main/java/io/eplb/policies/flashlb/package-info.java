/**
 * The policy {@code flashlb}: remembers how every expert's load fluctuates and places replicas by
 * the load that a rank may have to bear, not by the one that was measured last.
 *
 * <p>Source: {@code FlashLB} of vllm-project/vllm-ascend at 182b75e, of which the ideas are taken
 * and no code. Decisions where the reference is silent or has faults:
 *
 * <ul>
 *   <li>every window of a workload is one observation, taken in its order after those of earlier
 *       calls; before, it is scaled so that a layer's experts have a mean load of 1, as busy and
 *       quiet windows say the same about how the load is spread; a window in which a layer is idle
 *       says nothing about it and is left out;
 *   <li>the memory of an instance belongs to one topology, number of layers and window size; when
 *       one of them changes it starts afresh;
 *   <li>variances and covariances are those of the observations (divided by their number) and enter
 *       a rank's risk once: mean + z × the standard deviation of the sum of its replicas' loads;
 *   <li>covariances are not kept as a matrix, which would take experts² numbers per layer, but as
 *       the observations whose products they are: a rank's series of sums gives the variance of its
 *       sum with all covariances in it;
 *   <li>a replica may stay on its rank at some risk, so that few weights move, and exchanges of two
 *       replicas then level the ranks' risks;
 *   <li>the layered search runs only where exchanges cannot level the risks: elsewhere the replica
 *       counts are not what keeps the layer from being balanced;
 *   <li>the answer marks exactly the layers that change; a layer stays as it is when it is idle,
 *       good enough, would not get better, or would exceed the migration budget;
 *   <li>replicas go to any node, so ranks are matched across nodes too.
 * </ul>
 */
@NullMarked
package io.eplb.policies.flashlb;

import org.jspecify.annotations.NullMarked;
