/** The places at which the service listens: ports with their certificate, and Unix sockets. */
@NullMarked
package io.eplb.server.listen;

import org.jspecify.annotations.NullMarked;
