/**
 * The command line {@code eplb}: reads files, calls the core, prints for people or as JSON.
 *
 * <p>Decisions: exit codes are 0 done, 2 the user's fault, 3 the policy's, 1 a bug. An error is one
 * line on standard error. Reports go to standard output, unless the result itself does ({@code
 * --output -}): then reports go to standard error. Standard streams and picocli are used here and
 * nowhere else.
 */
@NullMarked
package io.eplb.core.cli;

import org.jspecify.annotations.NullMarked;
