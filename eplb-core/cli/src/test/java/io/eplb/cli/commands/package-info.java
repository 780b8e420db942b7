/** Tests of the commands, in this process and as processes of their own. */
@NullMarked
package io.eplb.cli.commands;

import org.jspecify.annotations.NullMarked;
