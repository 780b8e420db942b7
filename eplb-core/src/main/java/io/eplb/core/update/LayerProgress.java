package io.eplb.core.update;

import org.jspecify.annotations.Nullable;

/**
 * The progress of one layer's update.
 *
 * @param layer the layer
 * @param phase the phase
 * @param commits the number of published tables with new rows of this layer: 1 when committed at
 *     once, more if there were too few buffers, 0 if its rows were to stay as they are
 * @param reason the reason of the abort; null if it was not aborted
 * @param explanation the fault and its place, on one line; empty if it was not aborted
 */
public record LayerProgress(
    int layer, LayerPhase phase, int commits, @Nullable AbortReason reason, String explanation) {}
