package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.ExpertWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Memory that writes down the calls, and fails as often as told. */
final class RecordedWeights implements ExpertWeights {
  final List<String> calls = new ArrayList<>();
  int failures;

  /** Runs in each call. */
  Runnable meanwhile = () -> {};

  @Override
  public int layers() {
    return GateRig.FIRST.layers();
  }

  @Override
  public int ranks() {
    return GateRig.FIRST.ranks();
  }

  @Override
  public int slotsPerRank() {
    return GateRig.FIRST.slotsPerRank();
  }

  @Override
  public int buffersPerRank() {
    return 2;
  }

  @Override
  public long expertBytes() {
    return 8;
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    return CompletableFuture.failedFuture(new UnsupportedOperationException("receive"));
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    if (failures > 0) {
      failures--;
      throw new IllegalStateException("the device is lost");
    }
    meanwhile.run();
    calls.add("layer %d, rank %d, slot %d, buffer %d".formatted(layer, rank, slot, buffer));
  }

  @Override
  public void switched(ExpertTable table) {
    meanwhile.run();
    calls.add("version " + table.version());
  }
}
