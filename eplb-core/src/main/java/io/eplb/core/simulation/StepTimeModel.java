package io.eplb.core.simulation;

import io.eplb.api.InvalidInputException;

/**
 * A model of the time that a rank spends on the experts of one layer in one step: a fixed part, a
 * part for each token (arithmetic), and a part for each expert whose weights are read. A step waits
 * for its slowest rank.
 *
 * <p>Example: with 20 µs, 0.01 µs per token and 6 µs per expert, a rank that gets 400 tokens for 5
 * of its experts takes 20 + 4 + 30 = 54 µs.
 *
 * @param fixed microseconds whatever the load
 * @param perToken microseconds for each token that an expert of the rank gets
 * @param perExpert microseconds for each expert of the rank that gets a token
 */
public record StepTimeModel(double fixed, double perToken, double perExpert) {
  /** The most microseconds of a part: a second. */
  public static final double MAX_MICROS = 1e6;

  /**
   * Creates a model.
   *
   * @throws InvalidInputException if a part is negative, NaN or more than {@value #MAX_MICROS}, or
   *     all of them are 0
   */
  public StepTimeModel {
    requirePart("the fixed part", fixed);
    requirePart("the part per token", perToken);
    requirePart("the part per expert", perExpert);
    if (fixed + perToken + perExpert == 0.0) {
      throw new InvalidInputException(
          "all parts of a step's time are 0; at least one must take some microseconds");
    }
  }

  private static void requirePart(String what, double micros) {
    if (!(micros >= 0.0 && micros <= MAX_MICROS)) {
      throw new InvalidInputException(
          "%s of a step's time is %s; it must be from 0 to 1000000 microseconds"
              .formatted(what, micros));
    }
  }

  /**
   * Returns the microseconds of a rank in one layer. The fixed part does not depend on its speed.
   *
   * @param tokens the tokens that its experts get, at least 0
   * @param experts its experts that get a token
   * @param speed its speed relative to a nominal rank, above 0
   */
  public double micros(double tokens, int experts, double speed) {
    return fixed + (perToken * tokens + perExpert * experts) / speed;
  }
}
