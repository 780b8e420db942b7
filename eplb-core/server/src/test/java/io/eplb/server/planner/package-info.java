/** Tests of a planner that is elected, deposed and elected again. */
@NullMarked
package io.eplb.server.planner;

import org.jspecify.annotations.NullMarked;
