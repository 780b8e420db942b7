/**
 * The processes of a group that spans many: agents, planners, stand-in engines, and a ZooKeeper
 * server for one machine. Like {@code service}, this package alone uses jars that are not on the
 * module path of the other commands.
 */
@NullMarked
package io.eplb.cli.processes;

import org.jspecify.annotations.NullMarked;
