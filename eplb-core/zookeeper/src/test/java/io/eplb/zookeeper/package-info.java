/**
 * Tests against real servers of this process: one, or an ensemble, behind connections that a test
 * can break.
 */
@NullMarked
package io.eplb.zookeeper;

import org.jspecify.annotations.NullMarked;
