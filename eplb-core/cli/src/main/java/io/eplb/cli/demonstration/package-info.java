/**
 * The demonstration: an engine in memory that serves a recording while the runtime rearranges its
 * experts, and that proves every byte it reads. Knows no command.
 */
@NullMarked
package io.eplb.cli.demonstration;

import org.jspecify.annotations.NullMarked;
