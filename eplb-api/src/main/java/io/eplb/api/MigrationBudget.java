package io.eplb.api;

/**
 * The number of experts that a plan may move (rule P6), and whether moving them costs anything. An
 * expert moves when a rank holds it after and did not hold it before.
 *
 * @param maxMovesPerLayer the most experts that may move in one layer, 0 = unlimited, at most
 *     {@value #MAX}
 * @param maxMovesPerRank the most experts that one rank may receive in one layer, 0 = unlimited, at
 *     most {@value #MAX}
 * @param free whether moving costs nothing, since no engine has loaded the current table yet: a
 *     policy need not save transfers; only without limits
 */
public record MigrationBudget(int maxMovesPerLayer, int maxMovesPerRank, boolean free) {
  /** The greatest limit. */
  public static final int MAX = EpTopology.MAX_PHYSICAL_EXPERTS;

  /** No limit; a move costs what it costs. */
  public static final MigrationBudget UNLIMITED = new MigrationBudget(0, 0);

  /** No limit, and no cost: the weights are loaded after the plan. */
  public static final MigrationBudget FREE = new MigrationBudget(0, 0, true);

  /**
   * Creates a budget.
   *
   * @throws InvalidInputException if a limit is below 0 or above {@value #MAX}, or moves are free
   *     and limited
   */
  public MigrationBudget {
    Require.inRange("max moves per layer", maxMovesPerLayer, 0, MAX);
    Require.inRange("max moves per rank", maxMovesPerRank, 0, MAX);
    if (free && (maxMovesPerLayer > 0 || maxMovesPerRank > 0)) {
      throw new InvalidInputException(
          "moves are free and limited to %d per layer and %d per rank; free ones must not be limited"
              .formatted(maxMovesPerLayer, maxMovesPerRank));
    }
  }

  /**
   * Creates a budget of moves that cost something.
   *
   * @throws InvalidInputException if a limit is below 0 or above {@value #MAX}
   */
  public MigrationBudget(int maxMovesPerLayer, int maxMovesPerRank) {
    this(maxMovesPerLayer, maxMovesPerRank, false);
  }

  /** Returns whether neither a layer nor a rank is limited. */
  public boolean unlimited() {
    return maxMovesPerLayer == 0 && maxMovesPerRank == 0;
  }
}
