/** The one exception of the service: a request that gets no plan, with its HTTP status. */
@NullMarked
package io.eplb.server.problem;

import org.jspecify.annotations.NullMarked;
