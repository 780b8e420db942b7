package io.eplb.core.engine.shared;

import io.eplb.core.engine.memory.MappedFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * The file of one rank's weights: equally large blocks, and before them a table from places to
 * blocks. Places are the slots layer by layer, then the buffers. An exchange of two places
 * exchanges their words in the table and moves no other byte.
 *
 * <p>The engine alone writes the table. A block's bytes belong to who owns its place: the engine
 * those of slots, the agent those of buffers that it has been given.
 */
final class BlockFile {
  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final WeightsShape shape;
  private final ByteBuffer bytes;
  private final LongBuffer blocks;

  private BlockFile(WeightsShape shape, ByteBuffer bytes) {
    this.shape = shape;
    this.bytes = bytes;
    this.blocks =
        bytes
            .slice(shape.blocks(), bytes.capacity() - shape.blocks())
            .order(bytes.order())
            .asLongBuffer();
  }

  static BlockFile createOrOpen(Path path, WeightsShape shape, int rank) {
    return new BlockFile(shape, MappedFile.createOrOpen(path, shape.layout(rank)));
  }

  static BlockFile open(Path path, WeightsShape shape, int rank) {
    return new BlockFile(shape, MappedFile.open(path, shape.layout(rank)));
  }

  /** Puts every block into the place of its own number. */
  void reset() {
    for (int place = 0; place < shape.places(); place++) {
      set(place, place);
    }
  }

  private static int entry(int place) {
    return WeightsShape.BLOCK_TABLE + place * Long.BYTES;
  }

  private void set(int place, long block) {
    WORD.setRelease(bytes, entry(place), block);
  }

  private long block(int place) {
    return require((long) WORD.getAcquire(bytes, entry(place)));
  }

  private long require(long block) {
    if (block < 0 || block >= shape.places()) {
      throw new IllegalStateException("the table of blocks is damaged: there is no block " + block);
    }
    return block;
  }

  /** Returns the words of all blocks. */
  LongBuffer words() {
    return blocks;
  }

  /** Returns the first word of a place's block. */
  int firstWord(int place) {
    return (int) (block(place) * shape.words());
  }

  void exchange(int place, int other) {
    long block = block(place);
    set(place, block(other));
    set(other, block);
  }

  /** Returns whether every block is in one place. */
  boolean everyBlockIsInPlace() {
    BitSet seen = new BitSet(shape.places());
    for (int place = 0; place < shape.places(); place++) {
      seen.set((int) block(place));
    }
    return seen.cardinality() == shape.places();
  }

  /**
   * Copies a place of another rank's file, or of this one, into a place here. The file is read, not
   * mapped: its rank may remove it at any moment.
   *
   * @throws IOException if it cannot be read
   */
  void copy(Path source, int sourceRank, int sourcePlace, int place) throws IOException {
    int to = shape.blocks() + (int) block(place) * shape.expertBytes();
    try (FileChannel channel = FileChannel.open(source, StandardOpenOption.READ)) {
      MappedFile.require(source, channel, shape.layout(sourceRank));
      ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      read(channel, word, entry(sourcePlace));
      long block = require(word.getLong(0));
      read(
          channel,
          bytes.slice(to, shape.expertBytes()),
          shape.blocks() + block * shape.expertBytes());
    }
  }

  private static void read(FileChannel channel, ByteBuffer target, long from) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target, from + target.position()) < 0) {
        throw new EOFException("the file ends too early");
      }
    }
  }
}
