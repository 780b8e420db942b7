package io.eplb.core.runtime;

import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.update.ExpertWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The memory of an engine whose copies fail, or end when the test says so. */
final class FaultyWeights implements ExpertWeights {
  private final InMemoryWeights memory;
  private final List<Runnable> held = new ArrayList<>();

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
    return started(() -> memory.receive(layer, sourceRank, sourceSlot, destinationRank, buffer));
  }

  @Override
  public CompletionStage<Void> load(int layer, int expert, int rank, int buffer) {
    return started(() -> memory.load(layer, expert, rank, buffer));
  }

  private CompletionStage<Void> started(Supplier<CompletionStage<Void>> copy) {
    if (failing) {
      return CompletableFuture.failedFuture(new IllegalStateException("the link is down"));
    }
    CompletionStage<Void> copied = copy.get();
    if (!holding) {
      return copied;
    }
    CompletableFuture<Void> later = new CompletableFuture<>();
    held.add(
        () ->
            copied.whenComplete(
                (nothing, thrown) -> {
                  if (thrown == null) {
                    later.complete(null);
                  } else {
                    later.completeExceptionally(thrown);
                  }
                }));
    return later;
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    memory.exchange(layer, rank, slot, buffer);
  }

  /** Lets the copies end that wait. */
  void release() {
    holding = false;
    List<Runnable> all = List.copyOf(held);
    held.clear();
    all.forEach(Runnable::run);
  }

  /** Lets one of the copies end that wait, if there is one. */
  void releaseOne(int index) {
    if (!held.isEmpty()) {
      held.remove(index % held.size()).run();
    }
  }

  int held() {
    return held.size();
  }
}
