/** Tests of an agent beside an engine that the test drives by hand. */
@NullMarked
package io.eplb.server.agent;

import org.jspecify.annotations.NullMarked;
