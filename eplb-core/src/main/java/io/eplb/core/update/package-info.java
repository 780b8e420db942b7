/**
 * The update of a running engine as its embedder sees it: what the engine does for it ({@link
 * io.eplb.core.update.ExpertWeights}), its limits ({@link io.eplb.core.update.UpdateSettings}) and
 * its result, layer by layer ({@link io.eplb.core.update.UpdateReport}).
 *
 * <p>The package {@code protocol} beneath carries an update out; it is not exported. Timeouts are
 * settings: a layer receives its experts within {@link
 * io.eplb.core.update.UpdateSettings#transferTimeout()}, which {@code LayerTransfers} watches over;
 * earlier steps end within {@link io.eplb.core.update.UpdateSettings#drainTimeout()}, and a switch
 * is decided within {@link io.eplb.core.update.UpdateSettings#switchTimeout()}.
 */
@NullMarked
package io.eplb.core.update;

import org.jspecify.annotations.NullMarked;
