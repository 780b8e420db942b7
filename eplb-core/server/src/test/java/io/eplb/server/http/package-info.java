/** Tests of the package of the same name. */
@NullMarked
package io.eplb.server.http;

import org.jspecify.annotations.NullMarked;
