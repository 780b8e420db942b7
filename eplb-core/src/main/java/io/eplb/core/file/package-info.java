/**
 * Files for embedding programs: expert maps and load recordings, in every format that the command
 * line knows.
 *
 * <p>The formats themselves are not exported, so that one can be added or mended without breaking
 * anybody; these classes name them by their names.
 */
@NullMarked
package io.eplb.core.file;

import org.jspecify.annotations.NullMarked;
