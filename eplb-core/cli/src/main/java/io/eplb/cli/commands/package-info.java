/**
 * The commands, a class each: options in, a call to the library, a report out.
 *
 * <p>A new command takes three steps: a class here that extends {@link EplbCommand} and takes the
 * options it shares with others from {@code arguments}; its result as a model in {@code reports};
 * its class in the list of subcommands of {@link io.eplb.cli.Eplb}.
 */
@NullMarked
package io.eplb.cli.commands;

import org.jspecify.annotations.NullMarked;
