/** Tests of the package of the same name. */
@NullMarked
package io.eplb.server.listen;

import org.jspecify.annotations.NullMarked;
