package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.update.ExpertWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** An engine with numbers for weights, whose copies end when and how a test says. */
final class ManualWeights implements ExpertWeights {
  private final int layers;
  private final int ranks;
  private final int slots;
  private final int buffers;

  /** Rank × (slots layer by layer, then buffers). */
  private final int[][] memory;

  private final List<Copy> running = new ArrayList<>();
  private final List<String> exchanged = new ArrayList<>();
  private Predicate<String> exchangeFails = exchange -> false;

  ManualWeights(ExpertTable table, int buffers) {
    this.layers = table.layers();
    this.ranks = table.ranks();
    this.slots = table.slotsPerRank();
    this.buffers = buffers;
    this.memory = new int[ranks][layers * slots + buffers];
    for (int rank = 0; rank < ranks; rank++) {
      for (int place = 0; place < layers * slots; place++) {
        memory[rank][place] = table.expertAt(place / slots, rank, place % slots);
      }
    }
  }

  @Override
  public int layers() {
    return layers;
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public int slotsPerRank() {
    return slots;
  }

  @Override
  public int buffersPerRank() {
    return buffers;
  }

  @Override
  public long expertBytes() {
    return 100;
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    Copy copy = new Copy(layer, sourceRank, sourceSlot, destinationRank, buffer);
    running.add(copy);
    return copy.stage;
  }

  @Override
  public CompletionStage<Void> load(int layer, int expert, int rank, int buffer) {
    Copy copy = new Copy(layer, -1, expert, rank, buffer);
    running.add(copy);
    return copy.stage;
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    String exchange = layer + "/" + rank + "/" + slot;
    if (exchangeFails.test(exchange)) {
      throw new IllegalStateException("locked");
    }
    exchanged.add(exchange);
    int kept = memory[rank][layer * slots + slot];
    memory[rank][layer * slots + slot] = memory[rank][layers * slots + buffer];
    memory[rank][layers * slots + buffer] = kept;
  }

  void failExchangesOf(Predicate<String> which) {
    exchangeFails = which;
  }

  List<String> exchanged() {
    return exchanged;
  }

  List<Copy> running() {
    return List.copyOf(running);
  }

  void endAll() {
    running().forEach(Copy::end);
  }

  boolean holds(ExpertTable table) {
    for (int rank = 0; rank < ranks; rank++) {
      for (int place = 0; place < layers * slots; place++) {
        int expert = table.expertAt(place / slots, rank, place % slots);
        if (expert != Placement.EMPTY && memory[rank][place] != expert) {
          return false;
        }
      }
    }
    return true;
  }

  /** One copy that has been started. */
  final class Copy {
    private final int layer;
    private final int sourceRank;
    private final int sourceSlot;
    private final int destinationRank;
    private final int buffer;
    private final CompletableFuture<Void> stage = new CompletableFuture<>();

    Copy(int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
      this.layer = layer;
      this.sourceRank = sourceRank;
      this.sourceSlot = sourceSlot;
      this.destinationRank = destinationRank;
      this.buffer = buffer;
    }

    int layer() {
      return layer;
    }

    /** Returns whether it comes from the checkpoint. */
    boolean isLoad() {
      return sourceRank < 0;
    }

    int sourceRank() {
      return sourceRank;
    }

    int destinationRank() {
      return destinationRank;
    }

    String source() {
      return isLoad() ? "expert " + sourceSlot : sourceRank + "/" + sourceSlot;
    }

    String destination() {
      return destinationRank + "/" + buffer;
    }

    void end() {
      running.remove(this);
      memory[destinationRank][layers * slots + buffer] =
          isLoad() ? sourceSlot : memory[sourceRank][layer * slots + sourceSlot];
      stage.complete(null);
    }

    void fail() {
      running.remove(this);
      stage.completeExceptionally(new IllegalStateException("link down"));
    }
  }
}
