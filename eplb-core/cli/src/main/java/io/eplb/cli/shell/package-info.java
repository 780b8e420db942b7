/**
 * The process around the commands: its streams, terminal, exit code, version and error line. Only
 * this package uses standard output, standard error and {@link java.lang.System#exit}.
 *
 * <p>Standard output is for results alone; the output of a policy goes to standard error. A policy
 * can end the process with {@link java.lang.System#exit}: only a security manager could prevent it,
 * and Java has deprecated that for removal. A shutdown hook then names the policy's code and makes
 * the exit code 3. {@link java.lang.Runtime#halt} cannot be detected.
 */
@NullMarked
package io.eplb.cli.shell;

import org.jspecify.annotations.NullMarked;
