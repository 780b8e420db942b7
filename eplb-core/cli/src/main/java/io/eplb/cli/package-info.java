/**
 * The program {@code eplb}: its start and the list of its commands.
 *
 * <p>Exit codes are 0 done, 2 the user's fault, 3 the policy's, 4 compared maps that differ, 1 a
 * bug, and 130 a simulation or a demonstration that Ctrl-C ended; its report is printed. An error
 * is one line on standard error. Reports go to standard output. If the result itself goes there
 * ({@code --output -}), reports go to standard error.
 */
@NullMarked
package io.eplb.cli;

import org.jspecify.annotations.NullMarked;
