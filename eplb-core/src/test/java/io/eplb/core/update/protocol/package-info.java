/** Tests of layer updates, most of them in virtual time. */
@NullMarked
package io.eplb.core.update.protocol;

import org.jspecify.annotations.NullMarked;
