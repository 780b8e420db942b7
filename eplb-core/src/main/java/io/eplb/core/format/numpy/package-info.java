/**
 * NumPy's file format NPY, versions 1.0 to 3.0, and its archives NPZ.
 *
 * <p>Decisions: the header is compared with the size of the file before any memory is taken, and a
 * file that is longer than its header says is refused like one that is shorter. Elements are read
 * in bulk, a chunk at a time.
 *
 * <p>Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
 */
@NullMarked
package io.eplb.core.format.numpy;

import org.jspecify.annotations.NullMarked;
