/** Tests of locks between processes. */
@NullMarked
package io.eplb.core.lock;

import org.jspecify.annotations.NullMarked;
