package io.eplb.core.engine.shared;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.engine.memory.MappedLayout;
import io.eplb.core.engine.memory.MappedLayout.Size;
import java.util.List;

/**
 * The sizes of the ranks' memories for weights. Every rank has the same.
 *
 * @param layers the layers
 * @param experts the logical experts of a layer
 * @param ranks the ranks of the group
 * @param slotsPerRank the slots of a rank in one layer
 * @param buffersPerRank the buffers of a rank
 * @param expertBytes the bytes of one expert's weights, a multiple of 8
 */
public record WeightsShape(
    int layers, int experts, int ranks, int slotsPerRank, int buffersPerRank, int expertBytes) {
  /** The most buffers of a rank. */
  public static final int MAX_BUFFERS = 65_536;

  private static final String MAGIC = "EPLBWGTS";
  private static final long LAYOUT_VERSION = 1;

  /** The first byte of the table of blocks. */
  static final int BLOCK_TABLE = MappedLayout.HEADER_BYTES;

  private static final int PAGE = 4096;

  /**
   * Checks the sizes.
   *
   * @throws InvalidInputException if a size is out of range
   */
  public WeightsShape {
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    Require.inRange("experts", experts, 1, EpTopology.MAX_EXPERTS);
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    Require.inRange("slots per rank", slotsPerRank, 1, EpTopology.MAX_SLOTS_PER_RANK);
    Require.inRange("buffers per rank", buffersPerRank, 1, MAX_BUFFERS);
    if (expertBytes < Long.BYTES || expertBytes % Long.BYTES != 0) {
      throw new InvalidInputException(
          "expert bytes is %d; it must be a multiple of 8 and at least that"
              .formatted(expertBytes));
    }
  }

  /** Returns the shape for tables like this one. */
  public static WeightsShape of(ExpertTable table, int buffersPerRank, int expertBytes) {
    return new WeightsShape(
        table.layers(),
        table.experts(),
        table.ranks(),
        table.slotsPerRank(),
        buffersPerRank,
        expertBytes);
  }

  /** Returns the shape of a rank's gate. */
  public GateShape gate(int rank) {
    return new GateShape(layers, experts, ranks, slotsPerRank, rank);
  }

  /** Returns whether a table has these layers, experts, ranks and slots. */
  boolean fits(ExpertTable table) {
    return of(table, buffersPerRank, expertBytes).equals(this);
  }

  int slotPlace(int layer, int slot) {
    return Require.index("layer", layer, layers) * slotsPerRank
        + Require.index("slot", slot, slotsPerRank);
  }

  int bufferPlace(int buffer) {
    return layers * slotsPerRank + Require.index("buffer", buffer, buffersPerRank);
  }

  int places() {
    return Math.toIntExact((long) layers * slotsPerRank + buffersPerRank);
  }

  int words() {
    return expertBytes / Long.BYTES;
  }

  /** Returns the first byte of the first block. */
  int blocks() {
    return (BLOCK_TABLE + places() * Long.BYTES + PAGE - 1) / PAGE * PAGE;
  }

  /**
   * Returns the layout of a rank's file.
   *
   * @throws InvalidInputException if it has more than 2 GiB
   */
  MappedLayout layout(int rank) {
    long places = (long) layers * slotsPerRank + buffersPerRank;
    List<Size> sizes =
        List.of(
            new Size("%d layers", layers),
            new Size("%d experts", experts),
            new Size("%d ranks", ranks),
            new Size("%d slots per rank", slotsPerRank),
            new Size("%d buffers", buffersPerRank),
            new Size("%d bytes per expert", expertBytes),
            new Size("rank %d", Require.index("rank", rank, ranks)));
    long bytes = BLOCK_TABLE + PAGE + places * (Long.BYTES + (long) expertBytes);
    return new MappedLayout(
        MAGIC, LAYOUT_VERSION, sizes, bytes > Integer.MAX_VALUE ? bytes : exactBytes());
  }

  private long exactBytes() {
    return blocks() + (long) places() * expertBytes;
  }
}
