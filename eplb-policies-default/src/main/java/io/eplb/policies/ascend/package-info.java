/**
 * The policies of vLLM-Ascend without their faults: {@code ascend-default} repacks every layer, and
 * {@code swift} changes it by few transfers over slow links, each of which (an ordered pair of
 * ranks) carries at most one expert per layer.
 *
 * <p>{@code ascend-default} plans one layer ({@code AscendDefaultLayer}) in three phases: {@code
 * ReplicaCounts} chooses the replicas, {@code ExtraFirstPacking} packs them onto ranks, and {@code
 * SlotKeeping} leaves experts that stay on their rank in their slot.
 *
 * <p>{@code swift} plans one layer ({@code SwiftLayer}) in three phases, and {@code SwiftPlan} then
 * corrects the sums over all layers:
 *
 * <ol>
 *   <li>{@code ReferenceProcedure} sets the limits of transfers and peak, unless ranks differ;
 *   <li>{@code SteepestTrades} changes the row within these limits, on {@code TradedLayer} with
 *       {@code RowChange} and {@code TransferLinks};
 *   <li>{@code SlotKeeping} orders the slots.
 * </ol>
 *
 * <p>Example: ranks {@code 0 1 | 2 3} with loads 6, 4, 2 and 0 have 10 and 2. {@code swift} swaps 0
 * and 2 over the two links between the ranks: {@code 2 1 | 0 3} has 6 and 6 after two transfers.
 *
 * <p>Source: {@code DefaultEplb} and {@code SwiftBalanceEplb} of vllm-project/vllm-ascend at
 * 182b75e; the algorithms are theirs, the code is not. Decisions where the reference has faults:
 *
 * <ul>
 *   <li>a layer keeps its row if it is idle, if the plan would not improve it, or if the change
 *       exceeds the migration budget and cannot be reduced to it;
 *   <li>an expert gets at most as many replicas as there are ranks, unless a rank has more slots
 *       than there are experts; then every rank holds the same experts and all bear the same load;
 *   <li>{@code ascend-default} takes any number of redundant slots, and when no rank with room may
 *       take an expert it displaces an expert of a full rank rather than make a duplicate;
 *   <li>where ranks differ in speed or in usable slots, {@code ascend-default} places replicas by
 *       {@link io.eplb.policies.kernel.UnevenPlacement};
 *   <li>{@code swift} measures every layer by its own mean, gives a second replica half of the
 *       load, never uses a link twice, and counts transfers between the row in force and the final
 *       one, so that an expert that returns costs nothing;
 *   <li>a plan of {@code swift} transfers no more than the reference's over all layers, and is
 *       balanced no worse where links allow that. So the reference's procedure runs first, with its
 *       faults, and limits the search ({@code docs/swift.md} has measurements): it measures layers
 *       by the first one's mean (unless the two differ by more than a factor of 8), and each of two
 *       replicas bears two thirds of the load. If it leaves every layer as it is, so does {@code
 *       swift};
 *   <li>where ranks differ in speed or in usable slots, which the reference does not know, {@code
 *       ascend-default} places replicas as the policy {@code global} does, and {@code swift} has no
 *       limits from the reference: the price of a transfer alone decides. A rank is as hot as its
 *       load ÷ speed, and a slot that it cannot use is EMPTY;
 *   <li>loads are first scaled by a power of two, so that neither tiny nor huge ones lose
 *       precision; no other result changes;
 *   <li>both policies list every layer in the layer priority, and return the computed placement
 *       even when the plan is not accepted, as the reference does.
 * </ul>
 */
@NullMarked
package io.eplb.policies.ascend;

import org.jspecify.annotations.NullMarked;
