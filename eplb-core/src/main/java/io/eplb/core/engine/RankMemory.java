package io.eplb.core.engine;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of one rank: equally large blocks outside the heap, and a table from places to blocks.
 * Places are the slots layer by layer, then the buffers. An exchange of two places exchanges their
 * blocks and moves no byte. Example, with one layer of two slots and one buffer:
 *
 * <pre>
 *   places  slot 0, slot 1, buffer 0
 *   blocks       0,      1,        2
 *   exchange(1, 2)
 *   blocks       0,      2,        1
 * </pre>
 */
final class RankMemory {
  private final ByteBuffer bytes;
  private final LongBuffer words;
  private final int blockBytes;
  private final int[] blockOf;

  /** The number of failures and restarts so far: odd while the rank has failed. */
  private final AtomicLong life = new AtomicLong();

  /** Per place, 1 while something is being copied into its block. */
  private final AtomicIntegerArray written;

  RankMemory(int places, int blockBytes) {
    this.bytes = ByteBuffer.allocateDirect(places * blockBytes).order(ByteOrder.nativeOrder());
    this.words = bytes.asLongBuffer();
    this.blockBytes = blockBytes;
    this.blockOf = new int[places];
    this.written = new AtomicIntegerArray(places);
    for (int place = 0; place < places; place++) {
      blockOf[place] = place;
    }
  }

  LongBuffer words() {
    return words;
  }

  /** Returns the first word of a place. */
  int firstWord(int place) {
    return blockOf[place] * (blockBytes / Long.BYTES);
  }

  /** Returns the first byte of a place. */
  int firstByte(int place) {
    return blockOf[place] * blockBytes;
  }

  /** Returns whether a copy into a place may start; if so, it must be ended. */
  boolean startWriting(int place) {
    return written.compareAndSet(place, 0, 1);
  }

  void endWriting(int place) {
    written.set(place, 0);
  }

  boolean isWritten(int place) {
    return written.get(place) != 0;
  }

  /** Copies a block of another rank, or of this one. */
  void copy(RankMemory source, int sourceByte, int byteHere) {
    bytes.put(byteHere, source.bytes, sourceByte, blockBytes);
  }

  /** Returns the number of the rank's life; what began in one fails in a later one. */
  long life() {
    return life.get();
  }

  /**
   * Checks that the rank has not failed since its life was read.
   *
   * @throws IllegalStateException if it has, or had already
   */
  void requireLife(long begun, int rank) {
    VarHandle.loadLoadFence(); // What was copied was read before this check.
    if (begun % 2 != 0 || life.get() != begun) {
      throw new IllegalStateException("rank " + rank + " has failed");
    }
  }

  /** Loses all contents. */
  void fail() {
    long begun = life.get();
    // First, so that a copy of what follows is not used.
    if (begun % 2 == 0 && life.compareAndSet(begun, begun + 1)) {
      for (int place = 0; place < blockOf.length; place++) {
        forget(place);
      }
    }
  }

  void restart() {
    long begun = life.get();
    if (begun % 2 != 0) {
      life.compareAndSet(begun, begun + 1);
    }
  }

  /** Spoils the content of a place, so that a reader notices. */
  void forget(int place) {
    for (int word = 0; word < blockBytes / Long.BYTES; word++) {
      words.put(firstWord(place) + word, 0);
    }
  }

  void exchange(int place, int other) {
    int block = blockOf[place];
    blockOf[place] = blockOf[other];
    blockOf[other] = block;
  }

  /** Returns whether every block is in one place, as at first. */
  boolean everyBlockIsInPlace() {
    BitSet seen = new BitSet(blockOf.length);
    for (int block : blockOf) {
      seen.set(block);
    }
    return seen.cardinality() == blockOf.length;
  }
}
