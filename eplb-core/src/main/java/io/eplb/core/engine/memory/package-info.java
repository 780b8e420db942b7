/** Memory outside the heap: the content in place of weights, and files that processes share. */
@NullMarked
package io.eplb.core.engine.memory;

import org.jspecify.annotations.NullMarked;
