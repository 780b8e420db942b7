package io.eplb.core.migration;

import java.util.List;

/**
 * Transfers that may run at the same time and in any order, then copies inside ranks.
 *
 * @param transfers none reads a place that another one writes; all are done before the copies begin
 * @param copies in an order that holds for each rank; different ranks need not wait for each other
 */
public record MigrationRound(List<WeightMove> transfers, List<WeightMove> copies) {
  /** Copies the lists. */
  public MigrationRound {
    transfers = List.copyOf(transfers);
    copies = List.copyOf(copies);
  }
}
