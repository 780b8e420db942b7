/** Rounds: all ranks of a group ask, and all get one decision. */
@NullMarked
package io.eplb.server.round;

import org.jspecify.annotations.NullMarked;
