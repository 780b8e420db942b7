package io.eplb.core.migration;

import java.util.List;

/**
 * The moves of one layer, in order. Buffers are empty before and after.
 *
 * @param layer the layer
 * @param copiesBefore copies inside ranks that come before the first round
 * @param rounds each with at least one transfer
 * @param roundsLowerBound no plan whose transfers read slots of the current table has fewer rounds;
 *     {@link MigrationPlan} says which bound it is
 */
public record LayerMigration(
    int layer, List<WeightMove> copiesBefore, List<MigrationRound> rounds, int roundsLowerBound) {
  /** Copies the lists. */
  public LayerMigration {
    copiesBefore = List.copyOf(copiesBefore);
    rounds = List.copyOf(rounds);
  }

  /** Returns the number of transfers from rank to rank. */
  public int transfers() {
    int transfers = 0;
    for (MigrationRound round : rounds) {
      transfers += round.transfers().size();
    }
    return transfers;
  }

  /** Returns the number of copies inside ranks, into and out of buffers included. */
  public int copies() {
    int copies = copiesBefore.size();
    for (MigrationRound round : rounds) {
      copies += round.copies().size();
    }
    return copies;
  }
}
