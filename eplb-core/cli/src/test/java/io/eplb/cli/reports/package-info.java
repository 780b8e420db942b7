/** Tests of the printed forms of results. */
@NullMarked
package io.eplb.cli.reports;

import org.jspecify.annotations.NullMarked;
