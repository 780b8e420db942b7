/** Tests of the core as a whole. */
@NullMarked
package io.eplb.core;

import org.jspecify.annotations.NullMarked;
