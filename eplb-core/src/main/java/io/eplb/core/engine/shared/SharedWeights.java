package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import io.eplb.core.engine.memory.ExpertContent;
import io.eplb.core.update.ExpertWeights;
import java.nio.LongBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The weights of one rank in a file that its engine and its agent map; the files of other ranks of
 * the machine are read. The engine {@linkplain #load(ExpertTable) loads} all experts when it
 * starts, reads slots in its steps, and exchanges slots and buffers; the agent receives, loads and
 * verifies buffers. The checkpoint is the rule that every expert's content follows.
 *
 * <p>Slots agree with a step's table only while that step is in flight; any number of threads may
 * read them then.
 */
public final class SharedWeights implements ExpertWeights {
  private final SharedFolder folder;
  private final WeightsShape shape;
  private final int rank;
  private final BlockFile file;
  private final Executor copies;

  /** Layer × expert: the checksum of its weights. */
  private final long[] checksums;

  /** Per buffer, 1 while this process writes to it. */
  private final AtomicIntegerArray written;

  private SharedWeights(
      SharedFolder folder, WeightsShape shape, int rank, BlockFile file, Executor copies) {
    this.folder = folder;
    this.shape = shape;
    this.rank = rank;
    this.file = file;
    this.copies = copies;
    this.checksums = new long[shape.layers() * shape.experts()];
    for (int index = 0; index < checksums.length; index++) {
      checksums[index] =
          ExpertContent.checksum(index / shape.experts(), index % shape.experts(), shape.words());
    }
    this.written = new AtomicIntegerArray(shape.buffersPerRank());
  }

  /**
   * Maps a rank's file; creates it if it is not there. For the engine.
   *
   * @param copies the executor of the copies, each one task
   * @throws InvalidInputException if it cannot be created, another file is there, or a rank's
   *     weights have more than 2 GiB
   */
  public static SharedWeights createOrOpen(
      SharedFolder folder, WeightsShape shape, int rank, Executor copies) {
    return new SharedWeights(
        folder, shape, rank, BlockFile.createOrOpen(folder.weights(rank), shape, rank), copies);
  }

  /**
   * Maps a rank's file. For the agent.
   *
   * @param copies the executor of the copies, each one task
   * @throws InvalidInputException if it is not there, or is another file
   */
  public static SharedWeights open(
      SharedFolder folder, WeightsShape shape, int rank, Executor copies) {
    return new SharedWeights(
        folder, shape, rank, BlockFile.open(folder.weights(rank), shape, rank), copies);
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
    return shape.buffersPerRank();
  }

  @Override
  public long expertBytes() {
    return shape.expertBytes();
  }

  /**
   * Loads all experts that a table places on the rank from the checkpoint; what memory held before
   * is lost. For an engine that starts.
   *
   * @throws InvalidInputException if the table has another shape
   */
  public void load(ExpertTable table) {
    requireFit(table);
    file.reset();
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int slot = 0; slot < shape.slotsPerRank(); slot++) {
        int expert = table.expertAt(layer, rank, slot);
        if (expert != Placement.EMPTY) {
          ExpertContent.write(
              layer,
              expert,
              file.words(),
              file.firstWord(shape.slotPlace(layer, slot)),
              shape.words());
        }
      }
    }
  }

  private void requireFit(ExpertTable table) {
    if (!shape.fits(table)) {
      throw new InvalidInputException("%s does not fit memory for %s".formatted(table, shape));
    }
  }

  private void requireOwn(int asked) {
    if (asked != rank) {
      throw new InvalidInputException(
          "this is the memory of rank %d; rank %d's belongs to its own engine and agent"
              .formatted(rank, asked));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidInputException also if the destination is another rank, or another copy into
   *     that buffer is running
   */
  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    requireOwn(destinationRank);
    Require.index("rank", sourceRank, shape.ranks());
    int source = shape.slotPlace(layer, sourceSlot);
    int destination = shape.bufferPlace(buffer);
    return write(
        buffer, () -> file.copy(folder.weights(sourceRank), sourceRank, source, destination));
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidInputException also if it is another rank, or another copy into that buffer is
   *     running
   */
  @Override
  public CompletionStage<Void> load(int layer, int expert, int asked, int buffer) {
    requireOwn(asked);
    Require.index("layer", layer, shape.layers());
    Require.index("expert", expert, shape.experts());
    int destination = shape.bufferPlace(buffer);
    return write(
        buffer,
        () ->
            ExpertContent.write(
                layer, expert, file.words(), file.firstWord(destination), shape.words()));
  }

  /** A task that writes to a buffer. */
  @FunctionalInterface
  private interface Copy {
    void run() throws Exception;
  }

  /** Runs a task that writes to a buffer, if nothing else does. */
  private CompletionStage<Void> write(int buffer, Copy copy) {
    if (!written.compareAndSet(buffer, 0, 1)) {
      throw new InvalidInputException(
          "buffer %d of rank %d is being written; a copy into it must end before the next"
              .formatted(buffer, rank));
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      copies.execute(
          () -> {
            try {
              copy.run();
            } catch (Throwable failed) { // The planner has to hear of any fault.
              written.set(buffer, 0);
              done.completeExceptionally(failed);
              return;
            }
            written.set(buffer, 0);
            done.complete(null);
          });
    } catch (RuntimeException | Error rejected) { // Perhaps there is no thread for it.
      written.set(buffer, 0);
      done.completeExceptionally(rejected);
    }
    return done;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InternalException if it holds others
   */
  @Override
  public void verify(int layer, int expert, int asked, int buffer) {
    requireOwn(asked);
    Require.index("layer", layer, shape.layers());
    Require.index("expert", expert, shape.experts());
    long there = checksum(shape.bufferPlace(buffer));
    if (there != checksums[layer * shape.experts() + expert]) {
      throw new InternalException(
          "buffer %d of rank %d holds the weights of %s; layer %d, expert %d was to be received"
              .formatted(buffer, rank, owner(there), layer, expert));
    }
  }

  private long checksum(int place) {
    LongBuffer words = file.words();
    return ExpertContent.checksum(words, file.firstWord(place), shape.words());
  }

  private String owner(long checksum) {
    for (int index = 0; index < checksums.length; index++) {
      if (checksums[index] == checksum) {
        return "layer %d, expert %d".formatted(index / shape.experts(), index % shape.experts());
      }
    }
    return "no expert";
  }

  /**
   * {@inheritDoc} For the engine, whose gate keeps steps away meanwhile.
   *
   * @throws InvalidInputException also if it is another rank
   */
  @Override
  public void exchange(int layer, int asked, int slot, int buffer) {
    requireOwn(asked);
    file.exchange(shape.slotPlace(layer, slot), shape.bufferPlace(buffer));
  }

  /**
   * Reads every byte of a slot's weights, and compares their checksum with that of the expert there
   * in a step's table.
   *
   * @return the number of bytes read
   * @throws InternalException if they are another expert's, or of no expert
   * @throws InvalidInputException if there is no such layer or slot, or the slot is EMPTY
   */
  public long read(ExpertTable lease, int layer, int slot) {
    int place = shape.slotPlace(layer, slot);
    int expert = lease.expertAt(layer, rank, slot);
    if (expert == Placement.EMPTY) {
      throw new InvalidInputException(
          "layer %d, rank %d, slot %d is EMPTY in version %d; it cannot be read"
              .formatted(layer, rank, slot, lease.version()));
    }
    long there = checksum(place);
    if (there != checksums[layer * shape.experts() + expert]) {
      throw new InternalException(
          "layer %d, rank %d, slot %d: the weights are those of %s; version %d says expert %d"
              .formatted(layer, rank, slot, owner(there), lease.version(), expert));
    }
    return shape.expertBytes();
  }

  /**
   * Reads every slot that holds an expert, as {@link #read} does, and checks that every block
   * belongs to a slot or a buffer. Nothing may move meanwhile.
   *
   * @return the number of bytes read
   * @throws InternalException if memory does not agree with the table
   * @throws InvalidInputException if the table has another shape
   */
  public long verify(ExpertTable table) {
    requireFit(table);
    long read = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int slot = 0; slot < shape.slotsPerRank(); slot++) {
        if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
          read += read(table, layer, slot);
        }
      }
    }
    if (!file.everyBlockIsInPlace()) {
      throw new InternalException(
          "rank " + rank + " has lost a block; each should be in one place");
    }
    return read;
  }
}
