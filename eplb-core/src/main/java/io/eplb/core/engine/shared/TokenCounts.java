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

/**
 * The tokens of experts that a rank has processed since its file was made, in memory that its
 * engine and its agent map: one word per layer and expert. A token counts for the expert of its
 * slot in the table of its own step, so a count needs no version. The words only grow, over starts
 * of the engine too; a reader takes differences, so no token is lost or taken twice.
 *
 * <p>One thread, the engine's, adds. Any thread of another process reads.
 */
public final class TokenCounts {
  private static final String MAGIC = "EPLBTOKN";
  private static final long LAYOUT_VERSION = 1;
  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

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
        MappedLayout.HEADER_BYTES + (long) shape.layers() * shape.experts() * Long.BYTES);
  }

  /**
   * Maps a file; creates it if it is not there. For the engine.
   *
   * @throws InvalidInputException if it cannot be created, or another file is there
   */
  public static TokenCounts createOrOpen(Path file, GateShape shape) {
    return new TokenCounts(shape, MappedFile.createOrOpen(file, layout(shape)));
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
    return MappedLayout.HEADER_BYTES + (layer * shape.experts() + expert) * Long.BYTES;
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

  /** Returns the tokens of an expert so far. */
  long tokens(int layer, int expert) {
    return (long) WORD.getAcquire(bytes, offset(layer, expert));
  }

  /** Returns a reader of the tokens that are counted from now on. */
  public Reader reader() {
    return new Reader(this);
  }

  /** Takes the tokens counted since the last time. Used by one thread. */
  public static final class Reader {
    private final TokenCounts counts;

    /** Layer × expert: the tokens taken so far. */
    private final long[] taken;

    private Reader(TokenCounts counts) {
      this.counts = counts;
      this.taken = new long[counts.shape.layers() * counts.shape.experts()];
      take();
    }

    /** Returns the tokens per layer and expert that were counted since the last call. */
    public long[] take() {
      long[] differences = new long[taken.length];
      int experts = counts.shape.experts();
      for (int index = 0; index < taken.length; index++) {
        long now = counts.tokens(index / experts, index % experts);
        differences[index] = now - taken[index];
        taken[index] = now;
      }
      return differences;
    }
  }
}
