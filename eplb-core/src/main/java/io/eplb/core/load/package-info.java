/**
 * Measured loads, in tokens per window and logical expert, and the estimate of the next window.
 *
 * <p>A recording is the content of a file, before any placement is known; {@link
 * io.eplb.api.ExpertWorkload} is the same per physical slot, under a placement. {@link
 * io.eplb.core.load.LoadTrace} walks through a recording window by window, {@link
 * io.eplb.core.load.LoadHistory} estimates the next window from those before it.
 */
@NullMarked
package io.eplb.core.load;

import org.jspecify.annotations.NullMarked;
