/** Files about the ranks of a group: their speeds. */
@NullMarked
package io.eplb.core.format.rank;

import org.jspecify.annotations.NullMarked;
