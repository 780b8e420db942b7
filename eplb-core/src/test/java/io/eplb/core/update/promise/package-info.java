/** Tests of the switch by promise. */
@NullMarked
package io.eplb.core.update.promise;

import org.jspecify.annotations.NullMarked;
