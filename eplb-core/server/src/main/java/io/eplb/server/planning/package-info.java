/** Questions of engines and their answers: groups, their histories of load, their policies. */
@NullMarked
package io.eplb.server.planning;

import org.jspecify.annotations.NullMarked;
