/** Tests of the demonstration. */
@NullMarked
package io.eplb.cli.demonstration;

import org.jspecify.annotations.NullMarked;
