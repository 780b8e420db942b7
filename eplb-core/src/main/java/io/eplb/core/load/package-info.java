/**
 * What was measured: the tokens that every logical expert received, window by window.
 *
 * <p>A recording is what a file holds, before any placement is known; {@link
 * io.eplb.api.ExpertWorkload} is the same per physical slot, under a placement.
 */
@NullMarked
package io.eplb.core.load;

import org.jspecify.annotations.NullMarked;
