/**
 * The balance of a whole table under a load and a dispatch: PAR per layer, and its summary over the
 * layers.
 */
@NullMarked
package io.eplb.core.balance;

import org.jspecify.annotations.NullMarked;
