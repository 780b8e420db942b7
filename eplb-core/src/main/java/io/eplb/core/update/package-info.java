/** Takes a running engine from one table to another, layer by layer, under concurrent steps. */
@NullMarked
package io.eplb.core.update;

import org.jspecify.annotations.NullMarked;
