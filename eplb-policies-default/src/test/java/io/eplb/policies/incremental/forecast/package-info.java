/** Tests of the load forecast. */
@NullMarked
package io.eplb.policies.incremental.forecast;

import org.jspecify.annotations.NullMarked;
