/**
 * The arguments of the command line: groups of options that several commands share, the syntax of
 * their values, and the files of their names. Depends on no command.
 */
@NullMarked
package io.eplb.cli.arguments;

import org.jspecify.annotations.NullMarked;
