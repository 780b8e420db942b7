/**
 * One layer while it is planned: {@link io.eplb.policies.incremental.layer.LayerState} and its
 * views, which other packages read and only it changes.
 */
@NullMarked
package io.eplb.policies.incremental.layer;

import org.jspecify.annotations.NullMarked;
