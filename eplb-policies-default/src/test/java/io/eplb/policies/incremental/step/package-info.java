/** Tests of the search for steps. */
@NullMarked
package io.eplb.policies.incremental.step;

import org.jspecify.annotations.NullMarked;
