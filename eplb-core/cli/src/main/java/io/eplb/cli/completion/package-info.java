/**
 * Scripts that complete the program's arguments in a shell. {@link
 * io.eplb.cli.completion.CommandModel} reads what can be typed from the commands themselves; one
 * class per shell writes it down in that shell's language. A script holds all names, so that
 * completion starts no Java; policies are those that were found when it was written.
 *
 * <p>An option that was given is offered again only if it may be repeated. Files are offered by the
 * endings in {@link io.eplb.cli.arguments.FileNames}.
 */
@NullMarked
package io.eplb.cli.completion;

import org.jspecify.annotations.NullMarked;
