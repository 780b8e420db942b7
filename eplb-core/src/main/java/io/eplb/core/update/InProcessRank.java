package io.eplb.core.update;

import io.eplb.api.InternalException;
import java.util.BitSet;
import java.util.concurrent.CompletionStage;

/** A rank of this process. Each of its buffers is free, reserved or set aside. */
final class InProcessRank implements RankSide {
  private final ExpertWeights weights;
  private final int rank;
  private final int total;
  private final BitSet free = new BitSet();
  private final BitSet aside = new BitSet();

  InProcessRank(ExpertWeights weights, int rank) {
    this.weights = weights;
    this.rank = rank;
    this.total = weights.buffersPerRank();
    free.set(0, total);
  }

  @Override
  public int free() {
    return free.cardinality();
  }

  @Override
  public int usable() {
    return total - aside.cardinality();
  }

  @Override
  public int total() {
    return total;
  }

  @Override
  public int[] reserve(int count) {
    int[] reserved = new int[count];
    for (int index = 0; index < count; index++) {
      int buffer = free.nextSetBit(0);
      if (buffer < 0) {
        throw new InternalException(
            "rank %d has too few free buffers; %d were asked for".formatted(rank, count));
      }
      free.clear(buffer);
      reserved[index] = buffer;
    }
    return reserved;
  }

  @Override
  public void release(int buffer) {
    if (free.get(buffer)) {
      throw new InternalException(
          "buffer %d of rank %d is released twice; once is enough".formatted(buffer, rank));
    }
    aside.clear(buffer);
    free.set(buffer);
  }

  @Override
  public void setAside(int buffer) {
    aside.set(buffer);
  }

  @Override
  public CompletionStage<Void> receive(int layer, int sourceRank, int sourceSlot, int buffer) {
    return weights.receive(layer, sourceRank, sourceSlot, rank, buffer);
  }

  @Override
  public void exchange(int layer, int slot, int buffer) {
    weights.exchange(layer, rank, slot, buffer);
  }
}
