/**
 * JSON and YAML, read as a stream of tokens that is checked as it comes.
 *
 * <p>Readers of documents use {@link io.eplb.core.format.document.TokenInput} alone. Each language
 * has one implementation, the only user of its parser.
 *
 * <p>Decisions: no tree is built, so a file needs memory only for the numbers that are kept. Places
 * are named by JSON pointer. The parser bounds the nesting without a call stack. {@code NaN} and
 * the infinities are read as numbers, so that a message can name them; in skipped values they pass,
 * since Python writes them.
 *
 * <p>Words of a YAML document have the meaning that the core schema of YAML 1.2 gives them: {@code
 * true} and {@code false} (also {@code True} and {@code False}, so that a dictionary of Python can
 * be pasted) are the truth values, {@code yes} and {@code on} are texts. A number is plain decimal;
 * {@code 010}, {@code 1_000}, {@code 0x10} and {@code 1:30}, which YAML 1.1 and 1.2 read as
 * different numbers, are refused. Tags, anchors, aliases and merge keys are refused: every value
 * stands in its own place.
 */
@NullMarked
package io.eplb.core.format.document;

import org.jspecify.annotations.NullMarked;
