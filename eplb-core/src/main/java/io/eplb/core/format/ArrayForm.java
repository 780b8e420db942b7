package io.eplb.core.format;

/**
 * The form of an expected array of numbers.
 *
 * @param fewestDimensions the fewest dimensions, 1 or more
 * @param mostDimensions the most dimensions
 * @param mostElements the most elements, at most {@link #LARGEST}; no memory is taken for more
 * @param description the dimensions by name, for messages
 */
public record ArrayForm(
    int fewestDimensions, int mostDimensions, int mostElements, String description) {
  /** The most elements that a Java array has on every machine. */
  public static final int LARGEST = Integer.MAX_VALUE - 8;

  /** Describes an array of any size. */
  public ArrayForm(int fewestDimensions, int mostDimensions, String description) {
    this(fewestDimensions, mostDimensions, LARGEST, description);
  }
}
