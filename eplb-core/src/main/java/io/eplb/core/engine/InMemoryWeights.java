package io.eplb.core.engine;

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

/**
 * Experts' weights as real bytes in memory outside the heap, in blocks; a table per rank maps each
 * slot and each buffer to a block. Copies move bytes; an exchange of a slot and a buffer exchanges
 * their entries in that table. The checkpoint is the rule that every expert's content follows.
 *
 * <p>A rank can {@linkplain #fail fail}: its memory is lost, and copies from and to it fail until
 * it has {@linkplain #restart restarted}. A slot that becomes EMPTY loses its content.
 *
 * <p>Only steps may read, with the table that a {@link io.eplb.core.serving.StepGate} has given
 * them: memory agrees with a step's table only while the step is in flight. Any number of threads
 * may read at the same time.
 */
public final class InMemoryWeights implements ExpertWeights {
  /** The most buffers of a rank. */
  public static final int MAX_BUFFERS = 65_536;

  private final int layers;
  private final int experts;
  private final int slots;
  private final int buffers;
  private final int expertBytes;
  private final Executor copies;
  private final RankMemory[] ranks;

  /** Layer × expert: the checksum of its weights. */
  private final long[] checksums;

  /** The table that memory should hold. */
  private volatile ExpertTable inForce;

  /**
   * Creates memory whose slots hold the weights of the table's experts.
   *
   * @param buffersPerRank buffers of each rank, 1 to {@value #MAX_BUFFERS}
   * @param expertBytes bytes of one expert's weights, a multiple of 8 and at least that
   * @param copies the executor of the copies, each one task
   * @throws InvalidInputException if a size is out of range, or slots and buffers of one rank do
   *     not fit into 2 GiB
   */
  public InMemoryWeights(
      ExpertTable initial, int buffersPerRank, int expertBytes, Executor copies) {
    Require.inRange("buffers per rank", buffersPerRank, 1, MAX_BUFFERS);
    if (expertBytes < Long.BYTES || expertBytes % Long.BYTES != 0) {
      throw new InvalidInputException(
          "expert bytes is %d; it must be a multiple of 8 and at least that"
              .formatted(expertBytes));
    }
    long places = (long) initial.layers() * initial.slotsPerRank() + buffersPerRank;
    if (places > Integer.MAX_VALUE / expertBytes) {
      throw new InvalidInputException(
          "%d slots and buffers of %d bytes do not fit into the 2 GiB of a rank; expert bytes must be at most %d"
              .formatted(places, expertBytes, Integer.MAX_VALUE / places));
    }
    this.inForce = initial;
    this.layers = initial.layers();
    this.experts = initial.experts();
    this.slots = initial.slotsPerRank();
    this.buffers = buffersPerRank;
    this.expertBytes = expertBytes;
    this.copies = copies;
    this.checksums = new long[layers * experts];
    for (int index = 0; index < checksums.length; index++) {
      checksums[index] =
          ExpertContent.checksum(index / experts, index % experts, expertBytes / Long.BYTES);
    }
    this.ranks = new RankMemory[initial.ranks()];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[rank] = new RankMemory((int) places, expertBytes);
      fill(ranks[rank], initial, rank);
    }
  }

  private void fill(RankMemory memory, ExpertTable table, int rank) {
    for (int layer = 0; layer < layers; layer++) {
      for (int slot = 0; slot < slots; slot++) {
        int expert = table.expertAt(layer, rank, slot);
        if (expert != Placement.EMPTY) {
          ExpertContent.write(
              layer,
              expert,
              memory.words(),
              memory.firstWord(layer * slots + slot),
              expertBytes / Long.BYTES);
        }
      }
    }
  }

  @Override
  public int layers() {
    return layers;
  }

  @Override
  public int ranks() {
    return ranks.length;
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
    return expertBytes;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidInputException also if another copy into that buffer is still running
   */
  @Override
  public CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
    int source = slotPlace(layer, sourceRank, sourceSlot);
    int destination = bufferPlace(destinationRank, buffer);
    RankMemory from = ranks[sourceRank];
    RankMemory to = ranks[destinationRank];
    int sourceByte = from.firstByte(source);
    int destinationByte = to.firstByte(destination);
    long sourceLife = from.life();
    return write(
        destinationRank,
        buffer,
        () -> {
          to.copy(from, sourceByte, destinationByte);
          from.requireLife(sourceLife, sourceRank);
        });
  }

  /**
   * {@inheritDoc} The weights are checked by their checksum when they are there.
   *
   * @throws InvalidInputException also if another copy into that buffer is still running
   */
  @Override
  public CompletionStage<Void> load(int layer, int expert, int rank, int buffer) {
    Require.index("layer", layer, layers);
    Require.index("expert", expert, experts);
    int destination = bufferPlace(rank, buffer);
    LongBuffer words = ranks[rank].words();
    int from = ranks[rank].firstWord(destination);
    int count = expertBytes / Long.BYTES;
    return write(
        rank,
        buffer,
        () -> {
          ExpertContent.write(layer, expert, words, from, count);
          if (ExpertContent.checksum(words, from, count) != checksums[layer * experts + expert]) {
            throw new InternalException(
                "layer %d, expert %d has other weights than its checkpoint"
                    .formatted(layer, expert));
          }
        });
  }

  /** Runs a task that writes to a buffer, if nothing else does. */
  private CompletionStage<Void> write(int rank, int buffer, Runnable task) {
    RankMemory to = ranks[rank];
    int destination = bufferPlace(rank, buffer);
    if (!to.startWriting(destination)) {
      throw new InvalidInputException(
          "buffer %d of rank %d is being written; a copy into it must end before the next"
              .formatted(buffer, rank));
    }
    long life = to.life();
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable copy =
        () -> {
          try {
            task.run();
            to.requireLife(life, rank);
          } catch (RuntimeException | Error failed) {
            to.endWriting(destination);
            done.completeExceptionally(failed);
            return;
          }
          to.endWriting(destination);
          done.complete(null);
        };
    try {
      copies.execute(copy);
    } catch (RuntimeException | Error rejected) { // Perhaps there is no thread for it.
      to.endWriting(destination);
      done.completeExceptionally(rejected);
    }
    return done;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidInputException also if a copy into that buffer is still running
   */
  @Override
  public void exchange(int layer, int rank, int slot, int buffer) {
    int place = slotPlace(layer, rank, slot);
    int other = bufferPlace(rank, buffer);
    if (ranks[rank].isWritten(other)) {
      throw new InvalidInputException(
          "buffer %d of rank %d is being written; its content cannot be used yet"
              .formatted(buffer, rank));
    }
    ranks[rank].exchange(place, other);
  }

  @Override
  public void switched(ExpertTable table) {
    ExpertTable before = inForce;
    inForce = table;
    for (int rank = 0; rank < ranks.length; rank++) {
      for (int layer = 0; layer < layers; layer++) {
        for (int slot = 0; slot < slots; slot++) {
          if (table.expertAt(layer, rank, slot) == Placement.EMPTY
              && before.expertAt(layer, rank, slot) != Placement.EMPTY) {
            ranks[rank].forget(layer * slots + slot);
          }
        }
      }
    }
  }

  /**
   * Lets a rank fail: its memory is lost, and copies from and to it fail, also those that are
   * running.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public void fail(int rank) {
    Require.index("rank", rank, ranks.length);
    ranks[rank].fail();
  }

  /**
   * Starts a failed rank again, with empty memory. Does nothing if it has not failed.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public void restart(int rank) {
    Require.index("rank", rank, ranks.length);
    ranks[rank].restart();
  }

  private int slotPlace(int layer, int rank, int slot) {
    Require.index("layer", layer, layers);
    Require.index("rank", rank, ranks.length);
    Require.index("slot", slot, slots);
    return layer * slots + slot;
  }

  private int bufferPlace(int rank, int buffer) {
    Require.index("rank", rank, ranks.length);
    Require.index("buffer", buffer, buffers);
    return layers * slots + buffer;
  }

  /**
   * Reads every byte of a slot's weights, and compares their checksum with that of the expert there
   * in a step's table.
   *
   * @return the number of bytes read
   * @throws InternalException if they are another expert's, or of no expert; the message says
   *     whether memory is wrong or the table is not in force
   * @throws InvalidInputException if there is no such layer, rank or slot, or the slot is EMPTY
   */
  public long read(ExpertTable lease, int layer, int rank, int slot) {
    int place = slotPlace(layer, rank, slot);
    int expert = lease.expertAt(layer, rank, slot);
    if (expert == Placement.EMPTY) {
      throw new InvalidInputException(
          "layer %d, rank %d, slot %d is EMPTY in version %d; it cannot be read"
              .formatted(layer, rank, slot, lease.version()));
    }
    RankMemory memory = ranks[rank];
    long checksum =
        ExpertContent.checksum(memory.words(), memory.firstWord(place), expertBytes / Long.BYTES);
    if (checksum != checksums[layer * experts + expert]) {
      String where = "layer %d, rank %d, slot %d: ".formatted(layer, rank, slot);
      ExpertTable right = inForce;
      int there = right.expertAt(layer, rank, slot);
      throw new InternalException(
          there != expert
                  && there != Placement.EMPTY
                  && checksum == checksums[layer * experts + there]
              ? where
                  + "read with version %d, which says expert %d; version %d is in force and says expert %d, which is what is there"
                      .formatted(lease.version(), expert, right.version(), there)
              : where
                  + "the weights are %s; version %d says expert %d"
                      .formatted(owner(checksum), lease.version(), expert));
    }
    return expertBytes;
  }

  private String owner(long checksum) {
    for (int index = 0; index < checksums.length; index++) {
      if (checksums[index] == checksum) {
        return "those of layer " + index / experts + ", expert " + index % experts;
      }
    }
    return "nobody's";
  }

  /**
   * Reads every slot that holds an expert, as {@link #read} does, and checks that every block
   * belongs to a slot or a buffer. Nothing may move meanwhile.
   *
   * @return the number of bytes read
   * @throws InternalException if memory does not agree with the table
   */
  public long verify(ExpertTable table) {
    long read = 0;
    for (int rank = 0; rank < ranks.length; rank++) {
      for (int layer = 0; layer < layers; layer++) {
        for (int slot = 0; slot < slots; slot++) {
          if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
            read += read(table, layer, rank, slot);
          }
        }
      }
      if (!ranks[rank].everyBlockIsInPlace()) {
        throw new InternalException(
            "rank " + rank + " has lost a block; each should be in one place");
      }
    }
    return read;
  }

  /** Returns the number of buffers of all ranks that are being written at this instant. */
  public int buffersBeingWritten() {
    int count = 0;
    for (RankMemory memory : ranks) {
      for (int buffer = 0; buffer < buffers; buffer++) {
        count += memory.isWritten(layers * slots + buffer) ? 1 : 0;
      }
    }
    return count;
  }
}
