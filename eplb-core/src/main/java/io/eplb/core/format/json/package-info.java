/**
 * Reads JSON, and YAML the same way, as a stream of tokens that is checked as it comes.
 *
 * <p>Decisions: no tree is ever built, so a file costs the memory of the numbers wanted from it.
 * Places are named by JSON pointer. Nesting is bounded by the parser, which keeps no call stack.
 * {@code NaN} and the infinities are read as numbers only to be refused by name; in what is skipped
 * they pass, since Python writes them.
 */
@NullMarked
package io.eplb.core.format.json;

import org.jspecify.annotations.NullMarked;
