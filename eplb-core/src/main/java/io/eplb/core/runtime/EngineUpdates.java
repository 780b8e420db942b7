package io.eplb.core.runtime;

import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.serving.StepGate;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.protocol.LayerUpdater;
import java.util.concurrent.CompletionStage;

/** The updates of a runtime's engine, by its updater and gate. */
record EngineUpdates(LayerUpdater updater, StepGate gate) implements BalanceCycle.Updates {
  @Override
  public CompletionStage<UpdateReport> update(
      long expectedVersion, Rebalance answer, int[] layers) {
    return updater.update(expectedVersion, answer, layers);
  }

  @Override
  public CompletionStage<UpdateReport> update(long expectedVersion, Placement next, int[] layers) {
    return updater.update(expectedVersion, next, layers);
  }

  @Override
  public void rankLost(int rank) {
    updater.rankLost(rank);
  }

  @Override
  public void rankReturned(int rank) {
    updater.rankReturned(rank);
  }

  @Override
  public boolean isAbsent(int rank) {
    return gate.isAbsent(rank);
  }

  @Override
  public long nextStep(int rank) {
    return gate.lastStarted(rank) + 1;
  }
}
