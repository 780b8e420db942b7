/**
 * Events of one thread: tasks now or later, and requests to other parties that are answered late or
 * never.
 */
@NullMarked
package io.eplb.core.timeline;

import org.jspecify.annotations.NullMarked;
