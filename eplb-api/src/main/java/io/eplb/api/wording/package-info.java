/**
 * Numbers, shapes, bounds and foreign texts as people read and type them: the words of the API and
 * of the core, not part of the SPI.
 *
 * <p>Decision: the module exports this package to the core alone, and policy jars do not see it, so
 * a word can change without breaking anyone. A number in an error stands as it would be typed; one
 * in a report for people has its digits in groups.
 */
@NullMarked
package io.eplb.api.wording;

import org.jspecify.annotations.NullMarked;
