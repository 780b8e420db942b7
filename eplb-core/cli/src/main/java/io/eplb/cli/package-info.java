/**
 * The program {@code eplb}: its start and the list of its commands.
 *
 * <p>Exit codes are 0 done, 2 the user's fault, 3 the policy's, 1 a bug; 130 says that Ctrl-C ended
 * a simulation or a demo, which reports what was done. An error is one line on standard error.
 * Reports go to standard output, unless the result itself does ({@code --output -}): then reports
 * go to standard error.
 */
@NullMarked
package io.eplb.cli;

import org.jspecify.annotations.NullMarked;
