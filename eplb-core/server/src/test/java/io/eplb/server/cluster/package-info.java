/** Tests of the common part of planner and agent, and a group with its record in one JVM. */
@NullMarked
package io.eplb.server.cluster;

import org.jspecify.annotations.NullMarked;
