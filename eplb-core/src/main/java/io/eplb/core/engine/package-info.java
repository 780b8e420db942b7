/** A bundled engine that keeps experts' weights as real bytes in memory outside the heap. */
@NullMarked
package io.eplb.core.engine;

import org.jspecify.annotations.NullMarked;
