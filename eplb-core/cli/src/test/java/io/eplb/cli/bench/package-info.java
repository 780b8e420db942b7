/** Tests of the protocols of comparison. */
@NullMarked
package io.eplb.cli.bench;

import org.jspecify.annotations.NullMarked;
