/**
 * Small policies that receive what the policies of serving engines receive and answer in their
 * form: all of it can be had from the SPI.
 */
@NullMarked
package io.eplb.core.engines;

import org.jspecify.annotations.NullMarked;
