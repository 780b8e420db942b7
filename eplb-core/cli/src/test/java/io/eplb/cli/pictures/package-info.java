/** Tests of the reports that are drawn for a browser. */
@NullMarked
package io.eplb.cli.pictures;

import org.jspecify.annotations.NullMarked;
