/**
 * Inputs that are only read, and outputs that appear whole or not at all.
 *
 * <p>Decisions: a fault of a file is an {@link io.eplb.api.InvalidInputException} of one line that
 * starts with the file's name. An input that is no regular file, or reports no bytes (pipes, {@code
 * /proc}), is read into memory once. An output that is a symbolic link is followed, as a shell's
 * {@code >} would: the link stays and the file behind it is replaced; a device or pipe is written
 * to directly, never replaced. This package does not use the standard streams itself: the caller
 * passes them in.
 */
@NullMarked
package io.eplb.core.format;

import org.jspecify.annotations.NullMarked;
