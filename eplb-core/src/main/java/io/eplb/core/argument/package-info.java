/**
 * The checks of arguments at public entry points, each with one wording.
 *
 * <p>The API has the same checks of its own: a shared package would need the API's exceptions, and
 * the API would need the package. Both take their words from {@link io.eplb.api.wording.Bounds}.
 */
@NullMarked
package io.eplb.core.argument;

import org.jspecify.annotations.NullMarked;
