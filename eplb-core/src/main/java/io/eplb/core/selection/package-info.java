/** The policies as a configuration selects them: where they run, and which of them plans. */
@NullMarked
package io.eplb.core.selection;

import org.jspecify.annotations.NullMarked;
