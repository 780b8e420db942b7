/** Tests of the package of the same name. */
@NullMarked
package io.eplb.server.routes;

import org.jspecify.annotations.NullMarked;
