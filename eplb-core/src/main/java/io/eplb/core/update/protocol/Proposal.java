package io.eplb.core.update.protocol;

import java.util.List;

/**
 * What one rank has to do for one step of a layer: which experts it receives into which of its
 * buffers, and which slots and buffers then change places, in this order. Immutable.
 *
 * @param id names it; the other ranks' parts bear the same name
 * @param buffers the rank's buffers that it needs
 * @param receives copies into some of these buffers, each into another
 * @param exchanges what changes places; in reverse order this undoes itself
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
   * @param sourceRank the rank that it is read from
   * @param sourceSlot the slot of that rank
   * @param buffer the buffer that it is written to
   */
  public record Receive(int sourceRank, int sourceSlot, int buffer) {}

  /**
   * A slot and a buffer that change places.
   *
   * @param slot the slot
   * @param buffer the buffer
   */
  public record Exchange(int slot, int buffer) {}
}
