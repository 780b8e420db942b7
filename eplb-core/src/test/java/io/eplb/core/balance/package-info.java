/** Tests of the summary of a table's balance. */
@NullMarked
package io.eplb.core.balance;

import org.jspecify.annotations.NullMarked;
