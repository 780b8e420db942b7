/** Tests of the plans that move weights. */
@NullMarked
package io.eplb.core.migration;

import org.jspecify.annotations.NullMarked;
