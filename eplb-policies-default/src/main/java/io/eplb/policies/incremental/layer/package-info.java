/**
 * The state of one layer during planning, on the living ranks: {@link
 * io.eplb.policies.incremental.layer.LayerState} and its views, which other packages only read.
 */
@NullMarked
package io.eplb.policies.incremental.layer;

import org.jspecify.annotations.NullMarked;
