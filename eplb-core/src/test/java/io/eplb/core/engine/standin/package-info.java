/** Tests of the stand-in engine, also as processes that are killed. */
@NullMarked
package io.eplb.core.engine.standin;

import org.jspecify.annotations.NullMarked;
