package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.engine.memory.MappedFile;
import io.eplb.core.engine.memory.MappedLayout;
import io.eplb.core.engine.memory.MappedLayout.Size;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of experts that a start of a rank's engine has processed, in memory that it and its
 * agent map: one word per layer and expert. A token counts for the expert of its slot in the table
 * of its own step, so a count needs no version. The words only grow until the engine starts anew; a
 * reader takes differences, so no token is lost or taken twice.
 *
 * <p>One thread, the engine's, adds. Any number of threads and processes read.
 */
public final class TokenCounts {
  private static final String MAGIC = "EPLBTOKN";
  private static final long LAYOUT_VERSION = 1;
  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int INCARNATION = MappedLayout.HEADER_BYTES;

  /** The first byte of the words, in a cache line of their own. */
  private static final int FIRST = INCARNATION + 64;

  private final GateShape shape;
  private final ByteBuffer bytes;

  private TokenCounts(GateShape shape, ByteBuffer bytes) {
    this.shape = shape;
    this.bytes = bytes;
  }

  private static MappedLayout layout(GateShape shape) {
    return new MappedLayout(
        MAGIC,
        LAYOUT_VERSION,
        List.of(
            new Size("%d layers", shape.layers()),
            new Size("%d experts", shape.experts()),
            new Size("rank %d", shape.rank())),
        FIRST + (long) shape.layers() * shape.experts() * Long.BYTES);
  }

  /**
   * Maps a file and counts from 0 on; creates it if it is not there. For the engine.
   *
   * @param incarnation the number of the engine's start
   * @throws InvalidInputException if it cannot be created, or another file is there
   */
  public static TokenCounts start(Path file, GateShape shape, long incarnation) {
    TokenCounts counts = new TokenCounts(shape, MappedFile.createOrOpen(file, layout(shape)));
    WORD.setVolatile(counts.bytes, INCARNATION, 0);
    VarHandle.storeStoreFence(); // No reader of an earlier start sees a word that begins anew.
    for (int offset = FIRST; offset < counts.bytes.capacity(); offset += Long.BYTES) {
      counts.bytes.putLong(offset, 0);
    }
    WORD.setVolatile(counts.bytes, INCARNATION, incarnation);
    return counts;
  }

  /**
   * Maps a file. For the agent.
   *
   * @throws InvalidInputException if it is not there, or is another file
   */
  public static TokenCounts open(Path file, GateShape shape) {
    return new TokenCounts(shape, MappedFile.open(file, layout(shape)));
  }

  private int offset(int layer, int expert) {
    return FIRST + (layer * shape.experts() + expert) * Long.BYTES;
  }

  /**
   * Adds tokens that a slot has processed.
   *
   * @param table the table that the step runs with
   * @param count 0 or more
   * @throws InvalidInputException if the table has another shape or no such layer or slot, the slot
   *     is EMPTY, or the count is negative
   */
  public void record(ExpertTable table, int layer, int slot, long count) {
    int expert = table.expertAt(layer, shape.rank(), slot);
    if (expert == Placement.EMPTY || count < 0 || !shape.fits(table)) {
      throw new InvalidInputException(
          "%d tokens of layer %d, slot %d under %s; a rank counts 0 or more, of slots with an expert"
              .formatted(count, layer, slot, table));
    }
    int offset = offset(layer, expert);
    // One thread writes: no count of another can be lost.
    WORD.setRelease(bytes, offset, (long) WORD.get(bytes, offset) + count);
  }

  /**
   * Returns the tokens of each layer and expert so far; empty if they are not those of a start of
   * the engine.
   */
  public Optional<long[]> totals(long incarnation) {
    long[] totals = new long[shape.layers() * shape.experts()];
    if ((long) WORD.getVolatile(bytes, INCARNATION) != incarnation) {
      return Optional.empty();
    }
    for (int index = 0; index < totals.length; index++) {
      totals[index] = (long) WORD.getAcquire(bytes, FIRST + index * Long.BYTES);
    }
    return (long) WORD.getVolatile(bytes, INCARNATION) == incarnation
        ? Optional.of(totals)
        : Optional.empty();
  }
}
