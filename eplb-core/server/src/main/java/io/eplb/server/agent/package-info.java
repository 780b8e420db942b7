/**
 * The agent of one rank as a process: it stands beside the engine, gives it the record's table, and
 * takes part in updates for it.
 */
@NullMarked
package io.eplb.server.agent;

import org.jspecify.annotations.NullMarked;
