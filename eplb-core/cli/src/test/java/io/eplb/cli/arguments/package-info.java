/** Tests of the arguments of the command line. */
@NullMarked
package io.eplb.cli.arguments;

import org.jspecify.annotations.NullMarked;
