/** Tests of the search for rings. */
@NullMarked
package io.eplb.policies.incremental.ring;

import org.jspecify.annotations.NullMarked;
