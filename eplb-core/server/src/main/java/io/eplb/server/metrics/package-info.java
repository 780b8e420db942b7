/** The service's figures in Prometheus' format. */
@NullMarked
package io.eplb.server.metrics;

import org.jspecify.annotations.NullMarked;
