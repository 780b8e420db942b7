/** Tests of the process around the commands. */
@NullMarked
package io.eplb.cli.shell;

import org.jspecify.annotations.NullMarked;
