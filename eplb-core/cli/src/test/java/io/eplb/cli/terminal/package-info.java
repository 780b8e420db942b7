/** Tests of what is drawn on a terminal, on an imitation of one. */
@NullMarked
package io.eplb.cli.terminal;

import org.jspecify.annotations.NullMarked;
