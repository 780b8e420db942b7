/** How evenly a whole table carries a load: the layers' PAR and its summary over the layers. */
@NullMarked
package io.eplb.core.balance;

import org.jspecify.annotations.NullMarked;
