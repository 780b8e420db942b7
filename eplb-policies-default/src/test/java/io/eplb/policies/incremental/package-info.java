/** Tests of the movement-aware policy. */
@NullMarked
package io.eplb.policies.incremental;

import org.jspecify.annotations.NullMarked;
