/** Tests of groups of real processes. */
@NullMarked
package io.eplb.cli.processes;

import org.jspecify.annotations.NullMarked;
