package io.eplb.core.update.promise;

import io.eplb.core.update.ExpertWeights;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The slots of one rank as its engine uses them: it exchanges them with buffers. */
final class EngineSlots implements ExpertWeights {
  private final int ranks;
  private final SimulatedMemory memory;
  private final Exchanger exchanger;

  /** Exchanges a slot and a buffer, or fails with an IllegalStateException. */
  @FunctionalInterface
  interface Exchanger {
    void exchange(int layer, int slot, int buffer);
  }

  EngineSlots(int ranks, SimulatedMemory memory, Exchanger exchanger) {
    this.ranks = ranks;
    this.memory = memory;
    this.exchanger = exchanger;
  }

  @Override
  public int layers() {
    return memory.layers();
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public int slotsPerRank() {
    return memory.slots();
  }

  @Override
  public int buffersPerRank() {
    return memory.buffers();
  }

  @Override
  public long expertBytes() {
    return SimulatedMemory.EXPERT_BYTES;
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("the agent receives experts"));
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    exchanger.exchange(layer, slot, buffer);
  }
}
