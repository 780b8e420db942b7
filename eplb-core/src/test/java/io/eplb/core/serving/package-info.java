/** Tests of the step gate. */
@NullMarked
package io.eplb.core.serving;

import org.jspecify.annotations.NullMarked;
