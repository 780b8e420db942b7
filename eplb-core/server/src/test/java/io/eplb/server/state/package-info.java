@NullMarked
package io.eplb.server.state;

import org.jspecify.annotations.NullMarked;
