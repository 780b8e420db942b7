package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import java.util.concurrent.CompletionStage;

/**
 * An engine's memory for the weights of experts, as seen by whoever rearranges it: layers × ranks ×
 * slots, and on every rank some buffers beside them, each of which holds one expert of any layer.
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
   * <p>The slot is not written meanwhile, unless the updater has given the copy up; then what
   * arrives is not used. The buffer is left alone until the stage completes in either case.
   *
   * @throws io.eplb.api.InvalidInputException if there is no such layer, rank, slot or buffer
   */
  CompletionStage<Void> receive(
      int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer);

  /**
   * Lets the contents of a slot and of a buffer of the same rank change places, both or neither.
   * Called only while no step runs on the rank, nor on any other of its process. It takes part in a
   * pause of the whole engine, so it should take no longer than it must. The buffer's content may
   * be meaningless.
   *
   * @throws io.eplb.api.InvalidInputException if there is no such layer, rank, slot or buffer
   */
  void exchange(int layer, int rank, int slot, int buffer);

  /**
   * Is told that slots hold from now on what a table says, before steps begin with it; exchanges
   * that are taken back are not told of. Does nothing unless overridden. What it throws is logged.
   */
  default void switched(ExpertTable table) {}
}
