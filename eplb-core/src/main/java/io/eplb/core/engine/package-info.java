/**
 * A bundled engine that keeps experts' weights as real bytes in memory outside the heap, so that
 * updates can be tried and proven without devices.
 *
 * <p>{@link io.eplb.core.engine.InMemoryWeights} has equally large blocks per rank, and a table
 * from slots and buffers to blocks. Copies move bytes from rank to rank; an exchange of a slot and
 * a buffer exchanges their entries, so the pause of a switch does not depend on the size of an
 * expert. {@link io.eplb.core.engine.LoadCounters} counts tokens by expert.
 *
 * <p>Invariants: every block is in exactly one place. The content of a block follows from layer and
 * expert alone, so every reader can tell right bytes from wrong ones by their checksum. One copy at
 * a time writes a buffer, and the buffer is not used before that copy has ended.
 *
 * <p>Decisions: a rank's memory is one direct buffer of at most 2 GiB. Entries of the block table
 * are plain: they are written while no step is in flight, and a step gate's opening makes them
 * visible to those that begin later.
 */
@NullMarked
package io.eplb.core.engine;

import org.jspecify.annotations.NullMarked;
