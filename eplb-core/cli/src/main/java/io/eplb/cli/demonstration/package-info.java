/**
 * The demonstration: an engine in memory serves a recording while the runtime moves its experts,
 * and checks every byte that it reads. Depends on no command.
 */
@NullMarked
package io.eplb.cli.demonstration;

import org.jspecify.annotations.NullMarked;
