/** Tests of the configuration. */
@NullMarked
package io.eplb.core.config;

import org.jspecify.annotations.NullMarked;
