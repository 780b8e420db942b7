/** Tests of the requests between a planner and the agents of its ranks. */
@NullMarked
package io.eplb.server.rpc;

import org.jspecify.annotations.NullMarked;
