/**
 * The checks that public entry points make of their arguments, each with one wording.
 *
 * <p>The API has the same checks for itself, since a package that both could share would depend on
 * the API's exceptions and the API on it; the words are those of {@link
 * io.eplb.api.wording.Bounds}.
 */
@NullMarked
package io.eplb.core.argument;

import org.jspecify.annotations.NullMarked;
