/** Tests of the policy {@code flashlb} and of each of its parts. */
@NullMarked
package io.eplb.policies.flashlb;

import org.jspecify.annotations.NullMarked;
