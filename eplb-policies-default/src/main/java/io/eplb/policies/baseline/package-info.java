/**
 * Policies for comparison and for tests: {@code static} keeps the current table, {@code random}
 * swaps two experts per layer ({@code RandomSwap}).
 *
 * <p>{@code random} replaces the random policy of vllm-project/vllm-ascend, which always swaps
 * ranks 1 and 3 and fails below four ranks; this one takes any two ranks, and keeps a layer in
 * which no swap is legal.
 */
@NullMarked
package io.eplb.policies.baseline;

import org.jspecify.annotations.NullMarked;
