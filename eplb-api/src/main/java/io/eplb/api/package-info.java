/**
 * The SPI {@link io.eplb.api.EplbPolicy} and the immutable value types that a policy receives and
 * returns.
 *
 * <p>Decisions: {@link io.eplb.api.ExpertTable} and {@link io.eplb.api.ExpertWorkload} cannot be
 * built from invalid content, so rules I2 and I3 hold by type; a {@link io.eplb.api.Placement} is a
 * policy's proposal and may be wrong, so that the core can reject a single layer of it. Every
 * exception that this package throws on purpose is an {@link io.eplb.api.EplbException} and says
 * whose fault it is. This package needs the JDK alone.
 */
@NullMarked
package io.eplb.api;

import org.jspecify.annotations.NullMarked;
