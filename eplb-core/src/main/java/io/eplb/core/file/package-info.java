/**
 * Files for embedding programs: expert maps and load recordings, in every format that the command
 * line knows.
 *
 * <p>The formats themselves are not exported, so that a format can be added or changed without
 * breaking programs. These classes take a format by its name.
 */
@NullMarked
package io.eplb.core.file;

import org.jspecify.annotations.NullMarked;
