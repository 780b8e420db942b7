/**
 * The arithmetic that policies share: static kernels on primitive arrays.
 *
 * <p>Callers own every array, scratch included, and pass ranges as {@code [from, to)}; kernels
 * allocate nothing, trust their arguments and say how ties are broken. A class that combines
 * several of them, as {@link io.eplb.policies.kernel.RepairedPlacement} does, takes its memory when
 * it is created. Loads are finite and at least 0. Nothing here knows a policy.
 */
@NullMarked
package io.eplb.policies.kernel;

import org.jspecify.annotations.NullMarked;
