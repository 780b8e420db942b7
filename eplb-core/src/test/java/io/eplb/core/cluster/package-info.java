/** Tests of what ranks agree on. */
@NullMarked
package io.eplb.core.cluster;

import org.jspecify.annotations.NullMarked;
