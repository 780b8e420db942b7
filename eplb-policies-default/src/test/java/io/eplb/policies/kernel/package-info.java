@NullMarked
package io.eplb.policies.kernel;

import org.jspecify.annotations.NullMarked;
