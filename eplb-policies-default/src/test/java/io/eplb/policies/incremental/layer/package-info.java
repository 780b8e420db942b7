/** Tests of the state of one layer. */
@NullMarked
package io.eplb.policies.incremental.layer;

import org.jspecify.annotations.NullMarked;
