/** The operations of the service: each a path, its parameters, and its work. */
@NullMarked
package io.eplb.server.routes;

import org.jspecify.annotations.NullMarked;
