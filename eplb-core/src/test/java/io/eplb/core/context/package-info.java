/** Tests of the versioned tables. */
@NullMarked
package io.eplb.core.context;

import org.jspecify.annotations.NullMarked;
