/**
 * Reads measured loads: one class per file format, and one that recognises the format.
 *
 * <p>Decisions: the file's extension decides, and a content that clearly is something else is
 * refused; without a known extension the content decides. In a JSON object, keys other than the one
 * that holds the loads are skipped, so that a file may keep its provenance beside them. A CSV's
 * first row is a header if none of its cells is a number; a header that numbers the layers in its
 * first column is refused, since every column is an expert. A workload per slot may also be given
 * as an object with {@code expertWorkload}, and is taken to be measured under the current table.
 */
@NullMarked
package io.eplb.core.format.load;

import org.jspecify.annotations.NullMarked;
