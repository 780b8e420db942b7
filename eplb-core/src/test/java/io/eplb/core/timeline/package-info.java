/** Time that passes by hand. */
@NullMarked
package io.eplb.core.timeline;

import org.jspecify.annotations.NullMarked;
