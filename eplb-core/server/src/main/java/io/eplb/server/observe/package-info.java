/** What happens in the service, told to whoever shows it: metrics and the page. */
@NullMarked
package io.eplb.server.observe;

import org.jspecify.annotations.NullMarked;
