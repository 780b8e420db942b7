/**
 * Runs independent layers on all cores, with a hand-off of some microseconds.
 *
 * <p>{@link io.eplb.core.parallel.LayerWorkers} owns the threads; a {@link
 * io.eplb.core.parallel.CancellableRunner} lets one planning call use them. Decisions: the calling
 * thread takes part; layers are claimed one by one in ascending order, so that the failure of the
 * lowest layer is found with any number of threads; a call that finds the threads busy (a nested
 * one, or one from another thread) runs on its own thread alone.
 */
@NullMarked
package io.eplb.core.parallel;

import org.jspecify.annotations.NullMarked;
