package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import io.eplb.core.format.document.NumberRule;
import java.util.OptionalInt;

/**
 * The facts about a placement that are known before it is read.
 *
 * @param experts logical experts per layer, 1 to {@value EpTopology#MAX_EXPERTS}; empty to go by
 *     the file
 * @param ranks devices, 1 to {@value EpTopology#MAX_RANKS}; empty to go by the file
 */
public record PlacementExpectation(OptionalInt experts, OptionalInt ranks) {
  /** The expectation without any fact. */
  public static final PlacementExpectation NONE =
      new PlacementExpectation(OptionalInt.empty(), OptionalInt.empty());

  /**
   * Creates an expectation.
   *
   * @throws InvalidInputException if a number is out of range
   */
  public PlacementExpectation {
    experts.ifPresent(value -> Require.inRange("experts", value, 1, EpTopology.MAX_EXPERTS));
    ranks.ifPresent(value -> Require.inRange("ranks", value, 1, EpTopology.MAX_RANKS));
  }

  /** Returns the rule for the content of a slot: an expert id, or {@link Placement#EMPTY}. */
  NumberRule expertId() {
    int greatest = experts.orElse(EpTopology.MAX_EXPERTS) - 1;
    return new NumberRule(
        true,
        Placement.EMPTY,
        greatest,
        "an expert id, a whole number from 0 to "
            + greatest
            + ", or −1 for a slot that its rank cannot use");
  }
}
