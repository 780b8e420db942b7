/** Which table a step runs with, on all ranks the same. */
@NullMarked
package io.eplb.core.serving;

import org.jspecify.annotations.NullMarked;
