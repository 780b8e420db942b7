/** Comparisons of the policies over ordinary and adversarial cases. */
@NullMarked
package io.eplb.policies.sweep;

import org.jspecify.annotations.NullMarked;
