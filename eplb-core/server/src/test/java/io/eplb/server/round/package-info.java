@NullMarked
package io.eplb.server.round;

import org.jspecify.annotations.NullMarked;
