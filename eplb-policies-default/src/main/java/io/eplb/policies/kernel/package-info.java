/**
 * The arithmetic of the policies: static kernels on primitive arrays, and DeepSeek's placement with
 * its repair, which they compose.
 *
 * <p>{@link io.eplb.policies.kernel.RepairedPlacement} places one layer in these phases:
 *
 * <ol>
 *   <li>{@link io.eplb.policies.kernel.LoadScale} narrows the loads to single precision;
 *   <li>{@code BalancedPacking} packs the expert groups onto nodes;
 *   <li>{@link io.eplb.policies.kernel.Replication} chooses the replicas of each node's experts;
 *   <li>{@code ReplicaOrder} sorts them by load, and {@code BalancedPacking} packs them onto ranks;
 *   <li>{@code NodeRepair} removes duplicates on a rank, by {@code DuplicateExchange} or by {@code
 *       ReplicaCountSearch}.
 * </ol>
 *
 * <p>Example: one node of 2 ranks × 3 slots, experts 0 to 3 with loads 90, 8, 6 and 4. Expert 0
 * gets both spare slots, 30 for each of three replicas. Packing fills the ranks to {@code 0 0 3 | 0
 * 1 2}, with loads 64 and 44. Rank 0 holds expert 0 twice, and no exchange can help, since there
 * are more replicas than ranks: so the node is placed anew, with two replicas of expert 0, two of
 * expert 1 and a peak of 55.
 *
 * <p>Where ranks differ in speed or in usable slots, {@link
 * io.eplb.policies.kernel.UnevenPlacement} places the layer instead: {@code GroupAssignment} puts
 * the groups onto the parts of a {@link io.eplb.policies.kernel.RankParts}, and {@code
 * ReplicaCountSearch} places each part: {@code DistinctPacking} packs it, {@code PeakDescent}
 * lowers its peak. Example: two ranks with two slots, of which the first computes at half speed,
 * and experts with loads 10, 9, 9 and 1. The first rank gets 9 and 1, which takes it as long as a
 * load of 20 would take the other; that one gets 10 and 9.
 *
 * <p>A rank's <em>heat</em> is its load ÷ speed. A slot that its rank cannot use is {@link
 * io.eplb.api.Placement#EMPTY}; it is the last one, or one of the last ones, of its rank. {@link
 * io.eplb.policies.kernel.RankCapacity} has both in arrays.
 *
 * <p>Callers own every array, scratch included, and pass ranges as {@code [from, to)}. Kernels
 * allocate nothing, trust their arguments and document how ties are broken. A class that combines
 * several kernels allocates its memory when it is created. Loads are finite and at least 0. No
 * class here depends on a policy.
 */
@NullMarked
package io.eplb.policies.kernel;

import org.jspecify.annotations.NullMarked;
