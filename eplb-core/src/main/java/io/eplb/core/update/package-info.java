/**
 * The update of a running engine as its embedder sees it: what the engine does for it ({@link
 * io.eplb.core.update.ExpertWeights}), its limits ({@link io.eplb.core.update.UpdateSettings}) and
 * its result, layer by layer ({@link io.eplb.core.update.UpdateReport}).
 *
 * <p>The package {@code protocol} beneath carries an update out; it is not exported. Timeouts are
 * settings: a copy has {@link io.eplb.core.update.UpdateSettings#transferTimeout()}, the end of
 * earlier steps {@link io.eplb.core.update.UpdateSettings#drainTimeout()}, a decision {@link
 * io.eplb.core.update.UpdateSettings#switchTimeout()}.
 */
@NullMarked
package io.eplb.core.update;

import org.jspecify.annotations.NullMarked;
