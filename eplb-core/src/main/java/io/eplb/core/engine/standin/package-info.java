/**
 * A stand-in for the engine of one rank, as a process of its own: it serves the load of a
 * recording, checks every byte that it reads, and logs the version of each step. The logs of all
 * ranks tell afterwards whether every step ran with one version everywhere.
 */
@NullMarked
package io.eplb.core.engine.standin;

import org.jspecify.annotations.NullMarked;
