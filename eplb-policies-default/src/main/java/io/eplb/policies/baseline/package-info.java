/**
 * Policies to measure others against: {@code static} keeps the current table, {@code random} swaps
 * two experts per layer.
 *
 * <p>{@code random} stands for the random policy of vllm-project/vllm-ascend, which always swaps
 * ranks 1 and 3 and fails below four ranks; this one takes any two ranks, and leaves alone a layer
 * in which no legal swap exists.
 */
@NullMarked
package io.eplb.policies.baseline;

import org.jspecify.annotations.NullMarked;
