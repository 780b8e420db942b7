package io.eplb.core.format.document;

/**
 * A rule for the numbers that a reader accepts.
 *
 * @param whole whether the number must be written as an integer
 * @param minimum the least number accepted
 * @param maximum the greatest number accepted, finite
 * @param description the numbers accepted, for messages
 */
public record NumberRule(boolean whole, double minimum, double maximum, String description) {
  /** The rule for loads, in tokens: rule I2. */
  public static final NumberRule LOAD =
      new NumberRule(false, 0.0, Double.MAX_VALUE, "a load, finite and at least 0 (rule I2)");

  /** Returns the rule for the whole numbers of a range. */
  public static NumberRule integer(String what, int minimum, int maximum) {
    return new NumberRule(
        true, minimum, maximum, what + ", a whole number from " + minimum + " to " + maximum);
  }

  /**
   * Returns whether a number is accepted.
   *
   * @param writtenWhole whether it is written as an integer
   */
  public boolean accepts(boolean writtenWhole, double value) {
    return (writtenWhole || !whole) && value >= minimum && value <= maximum;
  }
}
