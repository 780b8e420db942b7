/** The planner of a group as a process: it plans while it is elected. */
@NullMarked
package io.eplb.server.planner;

import org.jspecify.annotations.NullMarked;
