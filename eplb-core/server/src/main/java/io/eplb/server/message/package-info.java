/**
 * The bodies of requests and responses: NumPy archives and JSON become questions, and answers
 * become either.
 *
 * <p>Decisions: everything that is not known is refused by name, so that a misspelt parameter
 * cannot pass unnoticed. A body becomes at most eight elements per byte, or a quarter of a million
 * if it is small, and never more than sixteen million, so that the limit on bodies bounds memory
 * too.
 */
@NullMarked
package io.eplb.server.message;

import org.jspecify.annotations.NullMarked;
