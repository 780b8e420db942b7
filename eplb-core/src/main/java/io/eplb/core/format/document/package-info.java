/**
 * JSON and YAML, read as a stream of tokens that is checked as it comes.
 *
 * <p>{@link io.eplb.core.format.document.TokenInput} is what every reader of a document sees; each
 * language has one implementation of it, and only there is its parser known.
 *
 * <p>Decisions: no tree is built here, so a file costs the memory of the numbers wanted from it.
 * Places are named by JSON pointer. Nesting is bounded by the parser, which keeps no call stack.
 * {@code NaN} and the infinities are read as numbers only to be refused by name; in what is skipped
 * they pass, since Python writes them.
 *
 * <p>YAML is read without surprises. Words mean what they mean in the core schema of YAML 1.2:
 * {@code true} and {@code false} (also {@code True} and {@code False}, so that a dictionary of
 * Python can be pasted) are the truth values, {@code yes} and {@code on} are texts. A number is
 * plain decimal; {@code 010}, {@code 1_000}, {@code 0x10} and {@code 1:30}, which YAML 1.1 and 1.2
 * read differently or as something else than they look, are refused. Tags, anchors, aliases and
 * merge keys are refused: a value stands where it is read.
 */
@NullMarked
package io.eplb.core.format.document;

import org.jspecify.annotations.NullMarked;
