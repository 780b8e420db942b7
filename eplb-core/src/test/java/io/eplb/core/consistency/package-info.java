/** Tests of the comparison of tables. */
@NullMarked
package io.eplb.core.consistency;

import org.jspecify.annotations.NullMarked;
