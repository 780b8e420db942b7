/** One layer on its way to its new row, whichever way its ranks are switched. */
@NullMarked
package io.eplb.core.update.layer;

import org.jspecify.annotations.NullMarked;
