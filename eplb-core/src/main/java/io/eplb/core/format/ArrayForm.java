package io.eplb.core.format;

/**
 * The form of an expected array of numbers.
 *
 * @param fewestDimensions the fewest dimensions, 1 or more
 * @param mostDimensions the most dimensions
 * @param description the dimensions by name, for messages
 */
public record ArrayForm(int fewestDimensions, int mostDimensions, String description) {}
