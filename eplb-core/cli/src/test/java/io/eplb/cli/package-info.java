/** Tests of the whole program, in this process and as a process of its own. */
@NullMarked
package io.eplb.cli;

import org.jspecify.annotations.NullMarked;
