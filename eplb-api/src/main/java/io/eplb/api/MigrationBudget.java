package io.eplb.api;

/**
 * How many experts a plan may move (rule P6). An expert moves when a rank holds it after and did
 * not hold it before.
 *
 * @param maxMovesPerLayer the most experts that may move in one layer, 0 = unlimited, at most
 *     {@value #MAX}
 * @param maxMovesPerRank the most experts that one rank may receive in one layer, 0 = unlimited, at
 *     most {@value #MAX}
 */
public record MigrationBudget(int maxMovesPerLayer, int maxMovesPerRank) {
  /** The greatest limit. */
  public static final int MAX = EpTopology.MAX_PHYSICAL_EXPERTS;

  /** No limit. */
  public static final MigrationBudget UNLIMITED = new MigrationBudget(0, 0);

  /**
   * Creates a budget.
   *
   * @throws InvalidInputException if a limit is below 0 or above {@value #MAX}
   */
  public MigrationBudget {
    Require.inRange("max moves per layer", maxMovesPerLayer, 0, MAX);
    Require.inRange("max moves per rank", maxMovesPerRank, 0, MAX);
  }
}
