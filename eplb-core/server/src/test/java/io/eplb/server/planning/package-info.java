/**
 * Tests of the planning service, with the policies that ship and one that does what a test says.
 */
@NullMarked
package io.eplb.server.planning;

import org.jspecify.annotations.NullMarked;
