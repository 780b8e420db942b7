/** Tests of the engine in memory. */
@NullMarked
package io.eplb.core.engine;

import org.jspecify.annotations.NullMarked;
