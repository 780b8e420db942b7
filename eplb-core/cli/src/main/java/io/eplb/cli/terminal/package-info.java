/**
 * Lines that are drawn on a terminal while a command works, replaced in place and gone at its end.
 * Depends on no other package of the program.
 */
@NullMarked
package io.eplb.cli.terminal;

import org.jspecify.annotations.NullMarked;
