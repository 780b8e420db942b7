package io.eplb.core.runtime;

import io.eplb.api.InvalidInputException;

/**
 * The least worth of a change of a layer. A layer is changed only if its hottest rank is expected
 * to save, over the coming interval, more than the transfers cost, and at least a share of what it
 * has to do now.
 *
 * <p>Both sides are counted in tokens of the hottest rank, since a step waits for it. The transfers
 * of a layer cost the experts that its busiest receiver receives, times {@code tokensPerExpert}:
 * the bytes of an expert over the speed of the link, times the tokens of one layer that a rank
 * computes per unit of time. An engine that hides transfers behind computation pays next to
 * nothing.
 *
 * @param tokensPerExpert the price of receiving one expert, in tokens, 0 to {@value #MAX_TOKENS}
 * @param leastSaving the least share of the hottest rank's load that has to be saved, 0 to 1; at 0
 *     any saving
 */
public record BenefitSettings(double tokensPerExpert, double leastSaving) {
  /** The highest price of an expert. */
  public static final double MAX_TOKENS = 1e12;

  /** Transfers are free; at least one percent has to be saved. */
  public static final BenefitSettings DEFAULT = new BenefitSettings(0.0, 0.01);

  /**
   * Creates settings.
   *
   * @throws InvalidInputException if a value is out of range or NaN
   */
  public BenefitSettings {
    requireInRange("tokens per expert", tokensPerExpert, MAX_TOKENS);
    requireInRange("the least saving", leastSaving, 1.0);
  }

  private static void requireInRange(String what, double value, double maximum) {
    if (!(value >= 0.0 && value <= maximum)) {
      throw new InvalidInputException(
          what + " is " + value + "; it must be between 0 and " + maximum);
    }
  }
}
