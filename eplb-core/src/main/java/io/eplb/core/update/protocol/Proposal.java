package io.eplb.core.update.protocol;

import io.eplb.core.migration.Place;
import java.util.List;

/**
 * The part of one rank in one stage of a layer: copies of experts into buffers of the rank, and
 * then exchanges of slots and buffers, in this order. Immutable. Example: the rank's slots hold
 * experts 4, 5 and have to hold 4, 9:
 *
 * <pre>
 *   buffers   {0}
 *   receives  expert 9 from rank 3, slot 1 → buffer 0
 *   exchanges slot 1 ↔ buffer 0          afterwards buffer 0 holds expert 5
 * </pre>
 *
 * @param id the name of the stage, the same for all ranks
 * @param buffers the buffers of the rank that the proposal needs
 * @param receives copies into some of these buffers, each into another one
 * @param exchanges the exchanges; in reverse order they undo themselves
 */
public record Proposal(
    ProposalId id, List<Integer> buffers, List<Receive> receives, List<Exchange> exchanges) {
  /** Copies the lists. */
  public Proposal {
    buffers = List.copyOf(buffers);
    receives = List.copyOf(receives);
    exchanges = List.copyOf(exchanges);
  }

  /**
   * A copy of an expert into a buffer.
   *
   * @param expert the expert
   * @param source the slot that it is read from, or the checkpoint
   * @param buffer the buffer that it is written to
   */
  public record Receive(int expert, Place source, int buffer) {}

  /**
   * A slot and a buffer that change places.
   *
   * @param slot the slot
   * @param buffer the buffer
   */
  public record Exchange(int slot, int buffer) {}
}
