/** Tests of the balance cycle: by hand-driven threads in virtual time, and by real ones. */
@NullMarked
package io.eplb.core.runtime;

import org.jspecify.annotations.NullMarked;
