/** The common part of planner and agent: access to their group and record, and waiting for it. */
@NullMarked
package io.eplb.server.cluster;

import org.jspecify.annotations.NullMarked;
