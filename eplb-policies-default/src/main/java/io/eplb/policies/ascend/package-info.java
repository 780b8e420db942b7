/**
 * The policies of vLLM-Ascend, without their faults: {@code ascend-default} repacks every layer,
 * {@code swift} changes it by few transfers for links so slow that each ordered pair of ranks may
 * carry one expert per layer.
 *
 * <p>Source: {@code DefaultEplb} and {@code SwiftBalanceEplb} of vllm-project/vllm-ascend at
 * 182b75e, of which the algorithms are taken and no code. Decisions where the reference has faults:
 *
 * <ul>
 *   <li>an idle layer keeps its row, as does one that a plan would not make better, and one whose
 *       change exceeds the migration budget and cannot be cut down to it;
 *   <li>an expert never gets more replicas than there are ranks, unless a rank has room for more
 *       slots than experts; then every rank holds the same experts, so that all bear the same load;
 *   <li>{@code ascend-default} takes any number of redundant slots, and when no rank with room may
 *       hold an expert it exchanges experts between two ranks rather than make a duplicate;
 *   <li>{@code swift} measures every layer by its own mean, gives a second replica half of the
 *       load, never uses a link twice, and counts transfers between the row in force and the final
 *       one, so that an expert that returns costs nothing;
 *   <li>over all layers, a plan of {@code swift} transfers no more than the reference's would, and
 *       is balanced no worse where links allow that; so the reference's procedure is run with its
 *       faults, and limits the search ({@code docs/swift.md} measures why): layers are measured by
 *       the first one's mean (unless the two differ by more than a factor of 8), and a second
 *       replica takes a third of the load. Where it would leave every layer as it is, so does
 *       {@code swift};
 *   <li>loads are scaled by a power of two first, so that neither tiny nor huge ones lose
 *       precision; this changes no result otherwise;
 *   <li>both list every layer in the layer priority and answer the plan they computed even when it
 *       is not worth a change, as the reference does.
 * </ul>
 */
@NullMarked
package io.eplb.policies.ascend;

import org.jspecify.annotations.NullMarked;
