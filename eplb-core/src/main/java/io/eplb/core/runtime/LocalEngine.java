package io.eplb.core.runtime;

import io.eplb.api.Placement;
import io.eplb.core.serving.StepGate;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.protocol.LayerUpdater;
import java.util.concurrent.CompletionStage;

/** The engine of a runtime in its process, by its updater and gate. */
record LocalEngine(LayerUpdater updater, StepGate gate) implements GroupRepair.Engine {
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
