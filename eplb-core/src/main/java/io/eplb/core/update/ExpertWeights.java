package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An engine's memory for the weights of experts (SPI): layers × ranks × slots, and on every rank
 * some buffers beside them. Each buffer holds one expert of any layer.
 *
 * <p>The updater calls from one thread. Slots are written by {@link #exchange} alone, and never
 * while a step runs.
 */
public interface ExpertWeights {
  /** Returns the number of layers, 1 or more. */
  int layers();

  /** Returns the number of ranks, 1 or more. */
  int ranks();

  /** Returns the slots of one rank in one layer, 1 or more. */
  int slotsPerRank();

  /** Returns the buffers of one rank, 1 or more; usually as many as it has slots in one layer. */
  int buffersPerRank();

  /** Returns the bytes of one expert's weights in one layer, 1 or more. */
  long expertBytes();

  /**
   * Starts to copy an expert from a slot into a buffer, of the same rank or another. The copy may
   * fail, be slow or never end; the stage completes when nothing will be written to the buffer any
   * more, on any thread.
   *
   * <p>The slot is not written meanwhile, unless the updater has given the copy up; then its result
   * is not used. In either case nothing else uses the buffer until the stage completes.
   *
   * @throws io.eplb.api.InvalidInputException if there is no such layer, rank, slot or buffer
   */
  CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer);

  /**
   * Starts to load an expert from the model's checkpoint into a buffer. Called only for an expert
   * whose ranks have all failed. Otherwise as {@link #receive}, which it is like in every respect;
   * an engine that does not override it cannot serve again after it has lost an expert.
   *
   * @throws io.eplb.api.InvalidInputException if there is no such layer, expert, rank or buffer
   */
  default CompletionStage<Void> load(int layer, int expert, int rank, int buffer) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException(
            "the engine cannot load experts from its checkpoint; implement ExpertWeights.load"));
  }

  /**
   * Checks that a buffer holds an expert's weights, by a checksum of the model's checkpoint or in
   * whatever way the engine knows. Called after {@link #receive} or {@link #load} has completed,
   * and before anything depends on the buffer. Checks nothing unless overridden.
   *
   * @throws RuntimeException if the buffer does not hold them; the layer is not changed
   */
  default void verify(int layer, int expert, int rank, int buffer) {}

  /**
   * Exchanges the contents of a slot and of a buffer of the same rank, both or neither. Called only
   * while no step runs on any rank of the process. The whole engine waits meanwhile, so this should
   * be fast. The buffer's content may be meaningless. On a rank that has failed this does nothing
   * and should not throw: nothing of that rank is used again, but a failure that cannot be taken
   * back stops the steps of all ranks.
   *
   * @throws io.eplb.api.InvalidInputException if there is no such layer, rank, slot or buffer
   */
  void exchange(int layer, int rank, int slot, int buffer);

  /**
   * Called when memory agrees with a new table, before steps begin with it; not called for
   * exchanges that are taken back. From now on no step reads a slot that is EMPTY in the table, so
   * its memory may be used for something else. It gets a content again by {@link #exchange}, before
   * a table names an expert for it. Does nothing unless overridden. Its exceptions are logged.
   */
  default void switched(ExpertTable table) {}
}
