/**
 * The command line {@code eplb}: reads files, calls the core, prints for people or as JSON.
 *
 * <p>Decisions: exit codes are 0 done, 2 the user's fault, 3 the policy's, 1 a bug; 130 says that
 * Ctrl-C ended a simulation or a demo, which reports what was done. An error is one line on
 * standard error. Reports go to standard output, unless the result itself does ({@code --output
 * -}): then reports go to standard error. Standard streams and picocli are used here and nowhere
 * else.
 *
 * <p>Standard output is for results alone: what a policy prints goes to standard error. A policy
 * that calls {@link java.lang.System#exit} ends the process all the same, since only a security
 * manager could prevent it and Java is losing that; a shutdown hook says who it was and makes the
 * exit code 3. Against {@link java.lang.Runtime#halt} nothing helps.
 */
@NullMarked
package io.eplb.cli;

import org.jspecify.annotations.NullMarked;
