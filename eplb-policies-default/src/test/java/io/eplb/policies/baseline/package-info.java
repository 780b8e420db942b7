/** Tests of the baseline policies. */
@NullMarked
package io.eplb.policies.baseline;

import org.jspecify.annotations.NullMarked;
