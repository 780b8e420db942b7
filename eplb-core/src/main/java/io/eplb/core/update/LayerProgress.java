package io.eplb.core.update;

import org.jspecify.annotations.Nullable;

/**
 * How far one layer's update has got.
 *
 * @param layer the layer
 * @param phase the phase
 * @param commits how many tables with new rows of this layer were published: 1 when committed in
 *     one go, more if buffers were too few for that, 0 if its rows were to stay as they are
 * @param reason why it was aborted, null if it was not
 * @param explanation on one line what went wrong and where; empty if it was not aborted
 */
public record LayerProgress(
    int layer, LayerPhase phase, int commits, @Nullable AbortReason reason, String explanation) {}
