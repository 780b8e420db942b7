/**
 * One layer while it is planned: {@link io.eplb.policies.incremental.layer.LayerState} and its
 * views, which other packages read and only it changes.
 *
 * <p>The kernel {@code RowChange} also counts what a row moves. It is not used here: searches ask
 * of every slot whether its expert is a newcomer, so that mark is kept by slot, and where a rank
 * holds an expert in two slots both count.
 */
@NullMarked
package io.eplb.policies.incremental.layer;

import org.jspecify.annotations.NullMarked;
