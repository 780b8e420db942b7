package io.eplb.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The number of experts that a plan may move (rule P6), and whether moving them costs anything. An
 * expert moves when a rank holds it after and did not hold it before. Immutable.
 */
public final class MigrationBudget {
  /** The greatest limit. */
  public static final int MAX = EpTopology.MAX_PHYSICAL_EXPERTS;

  /** No limit; a move costs what it costs. */
  public static final MigrationBudget UNLIMITED = new MigrationBudget(0, 0, false);

  /** No limit, and no cost: the weights are loaded after the plan. */
  public static final MigrationBudget FREE = new MigrationBudget(0, 0, true);

  private final int maxMovesPerLayer;
  private final int maxMovesPerRank;
  private final boolean free;

  private MigrationBudget(int maxMovesPerLayer, int maxMovesPerRank, boolean free) {
    this.maxMovesPerLayer = maxMovesPerLayer;
    this.maxMovesPerRank = maxMovesPerRank;
    this.free = free;
  }

  /**
   * Creates a budget of moves that cost something.
   *
   * @param maxMovesPerLayer the most experts that may move in one layer, 0 = unlimited, at most
   *     {@value #MAX}
   * @param maxMovesPerRank the most experts that one rank may receive in one layer, 0 = unlimited,
   *     at most {@value #MAX}
   * @throws InvalidInputException if a limit is below 0 or above {@value #MAX}
   */
  public static MigrationBudget of(int maxMovesPerLayer, int maxMovesPerRank) {
    Require.inRange("max moves per layer", maxMovesPerLayer, 0, MAX);
    Require.inRange("max moves per rank", maxMovesPerRank, 0, MAX);
    return new MigrationBudget(maxMovesPerLayer, maxMovesPerRank, false);
  }

  /** Returns the most experts that may move in one layer, 0 = unlimited. */
  public int maxMovesPerLayer() {
    return maxMovesPerLayer;
  }

  /** Returns the most experts that one rank may receive in one layer, 0 = unlimited. */
  public int maxMovesPerRank() {
    return maxMovesPerRank;
  }

  /**
   * Returns whether moving costs nothing, since no engine has loaded the current table yet: a
   * policy need not save transfers. Only an unlimited budget is free.
   */
  public boolean free() {
    return free;
  }

  /** Returns whether neither a layer nor a rank is limited. */
  public boolean unlimited() {
    return maxMovesPerLayer == 0 && maxMovesPerRank == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MigrationBudget that
        && maxMovesPerLayer == that.maxMovesPerLayer
        && maxMovesPerRank == that.maxMovesPerRank
        && free == that.free;
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxMovesPerLayer, maxMovesPerRank, free);
  }

  @Override
  public String toString() {
    return free
        ? "MigrationBudget[free]"
        : "MigrationBudget[per layer %s, per rank %s]".formatted(maxMovesPerLayer, maxMovesPerRank);
  }
}
