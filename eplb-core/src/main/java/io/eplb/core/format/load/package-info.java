/**
 * Readers of measured loads: {@link io.eplb.core.format.load.LoadFormat} is the list of the file
 * formats, and the other classes read one format each or choose between them.
 *
 * <p>To add a format: write a class that turns an {@link io.eplb.core.format.InputSource} into a
 * {@link io.eplb.core.format.NumberArray} and names the place of every fault; add a line to {@link
 * io.eplb.core.format.load.LoadFormat}, and, if the first bytes of such files are distinctive, one
 * to {@link io.eplb.core.format.Content}; test it as {@code CsvLoadsTest} does, hostile files
 * included; and name it in docs/formats.md and in the help of {@code --load}.
 *
 * <p>Decisions: the file's extension decides; content that is clearly of another kind is refused.
 * Without a known extension the content decides. In a JSON object, keys other than the one that
 * holds the loads are skipped, so that a file may hold notes on its origin beside them. A CSV's
 * first row is a header if none of its cells is a number; a header that numbers the layers in its
 * first column is refused, since every column is an expert. A workload per slot may also be given
 * as an object with {@code expertWorkload}, and is taken to be measured under the current table.
 */
@NullMarked
package io.eplb.core.format.load;

import org.jspecify.annotations.NullMarked;
