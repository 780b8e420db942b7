package io.eplb.core.format;

/**
 * A description of the array of numbers that is expected.
 *
 * @param fewestDimensions the fewest dimensions, 1 or more
 * @param mostDimensions the most dimensions
 * @param description the dimensions by name, for people
 */
public record ArrayForm(int fewestDimensions, int mostDimensions, String description) {}
