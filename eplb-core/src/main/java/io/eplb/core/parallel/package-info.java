/**
 * Runs independent layers on every core, at a hand-off cost of microseconds.
 *
 * <p>{@link io.eplb.core.parallel.LayerWorkers} owns the threads; {@link
 * io.eplb.core.parallel.CancellableRunner} is what one planning call gets of them. Decisions: the
 * calling thread takes part; layers are claimed one by one in ascending order, so that the failure
 * of the lowest layer is found whatever the number of threads; a call that finds the threads busy
 * (a nested one, or one from another thread) runs on its own thread alone.
 */
@NullMarked
package io.eplb.core.parallel;

import org.jspecify.annotations.NullMarked;
