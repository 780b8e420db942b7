/** The events of the service, for those that show them: metrics and the page. */
@NullMarked
package io.eplb.server.observe;

import org.jspecify.annotations.NullMarked;
