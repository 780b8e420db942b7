package io.eplb.core.runtime;

import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.update.ExpertWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The memory of an engine whose copies fail, or end when the test says so. */
final class FaultyWeights implements ExpertWeights {
  private final InMemoryWeights memory;
  private final List<CompletableFuture<Void>> held = new ArrayList<>();

  /** True if copies fail. */
  boolean failing;

  /** True if copies wait for {@link #release}. */
  boolean holding;

  FaultyWeights(InMemoryWeights memory) {
    this.memory = memory;
  }

  @Override
  public int layers() {
    return memory.layers();
  }

  @Override
  public int ranks() {
    return memory.ranks();
  }

  @Override
  public int slotsPerRank() {
    return memory.slotsPerRank();
  }

  @Override
  public int buffersPerRank() {
    return memory.buffersPerRank();
  }

  @Override
  public long expertBytes() {
    return memory.expertBytes();
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    if (failing) {
      return CompletableFuture.failedFuture(new IllegalStateException("the link is down"));
    }
    CompletionStage<Void> copied =
        memory.receive(layer, sourceRank, sourceSlot, destinationRank, buffer);
    if (!holding) {
      return copied;
    }
    CompletableFuture<Void> later = new CompletableFuture<>();
    held.add(later);
    return later;
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    memory.exchange(layer, rank, slot, buffer);
  }

  /** Lets the copies end that wait. */
  void release() {
    holding = false;
    held.forEach(copy -> copy.complete(null));
    held.clear();
  }

  int held() {
    return held.size();
  }
}
