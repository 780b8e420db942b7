/**
 * The process around the commands: its streams, its exit code, its version, and the one line that
 * says what went wrong. Standard output, standard error and {@link java.lang.System#exit} are used
 * here and nowhere else.
 *
 * <p>Standard output is for results alone: what a policy prints goes to standard error. A policy
 * that calls {@link java.lang.System#exit} ends the process all the same, since only a security
 * manager could prevent it and Java is losing that; a shutdown hook says who it was and makes the
 * exit code 3. Against {@link java.lang.Runtime#halt} nothing helps.
 */
@NullMarked
package io.eplb.cli.shell;

import org.jspecify.annotations.NullMarked;
