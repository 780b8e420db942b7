/** Tests of the memory that an engine shares with its agent. */
@NullMarked
package io.eplb.core.engine.shared;

import org.jspecify.annotations.NullMarked;
