/** Tests of the command line, in this process and as a process of its own. */
@NullMarked
package io.eplb.cli.reports;

import org.jspecify.annotations.NullMarked;
