@NullMarked
package io.eplb.policies;

import org.jspecify.annotations.NullMarked;
