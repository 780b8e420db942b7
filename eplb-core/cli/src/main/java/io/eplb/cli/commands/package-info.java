/**
 * The commands, a class each: options in, a call to the library, a report out.
 *
 * <p>A new command takes three steps:
 *
 * <ol>
 *   <li>write a class here that extends {@link EplbCommand}; take shared options from {@code
 *       arguments};
 *   <li>write its result as a {@link io.eplb.cli.reports.Report};
 *   <li>add the class to the subcommands of {@link io.eplb.cli.Eplb}.
 * </ol>
 */
@NullMarked
package io.eplb.cli.commands;

import org.jspecify.annotations.NullMarked;
