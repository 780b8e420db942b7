/**
 * The division of a layer's tokens among replicas under each {@link io.eplb.api.Dispatch}, and the
 * balance that comes of it.
 *
 * <p>{@link io.eplb.api.dispatch.LayerDispatch} is the entry: it checks and copies a layer, lets
 * the split of its dispatch divide the tokens, and answers for the result. Its memory is taken
 * once, so that a policy or a replay can solve many layers without garbage.
 */
@NullMarked
package io.eplb.api.dispatch;

import org.jspecify.annotations.NullMarked;
