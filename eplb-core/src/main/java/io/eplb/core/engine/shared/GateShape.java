package io.eplb.core.engine.shared;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.argument.Require;
import io.eplb.core.engine.memory.MappedLayout;
import io.eplb.core.engine.memory.MappedLayout.Size;
import java.util.List;

/**
 * The sizes of a rank's tables. The layout of its gate follows from them; the page {@code
 * processes.md} shows it for engines in other languages.
 *
 * @param layers the layers
 * @param experts the logical experts of a layer
 * @param ranks the ranks of the group
 * @param slotsPerRank the slots of a rank in one layer
 * @param rank the rank that the gate belongs to
 */
public record GateShape(int layers, int experts, int ranks, int slotsPerRank, int rank) {
  /** The most exchanges of one layer beside four for each slot. */
  private static final int SPARE_EXCHANGES = 16;

  private static final String MAGIC = "EPLBGATE";
  private static final long LAYOUT_VERSION = 1;
  private static final int LINE = 64;

  /** The first byte of the table in force. */
  static final int TABLE = 4096;

  /**
   * Checks the sizes.
   *
   * @throws io.eplb.api.InvalidInputException if a size is out of range
   */
  public GateShape {
    Require.inRange("layers", layers, 1, EpTopology.MAX_LAYERS);
    Require.inRange("experts", experts, 1, EpTopology.MAX_EXPERTS);
    Require.inRange("ranks", ranks, 1, EpTopology.MAX_RANKS);
    Require.inRange("slots per rank", slotsPerRank, 1, EpTopology.MAX_SLOTS_PER_RANK);
    Require.index("rank", rank, ranks);
  }

  /** Returns the shape of the gate of a rank that serves tables like this one. */
  public static GateShape of(ExpertTable table, int rank) {
    return new GateShape(
        table.layers(), table.experts(), table.ranks(), table.slotsPerRank(), rank);
  }

  /** Returns whether a table has these sizes. */
  boolean fits(ExpertTable table) {
    return of(table, rank).equals(this);
  }

  int slots() {
    return Math.multiplyExact(ranks, slotsPerRank);
  }

  /** Returns the most exchanges in the change of one layer. */
  int mostExchanges() {
    return 4 * slotsPerRank + SPARE_EXCHANGES;
  }

  private static long lines(long bytes) {
    return (bytes + LINE - 1) / LINE * LINE;
  }

  private long tableBytes() {
    return lines(TableArea.bytes(layers, slots()));
  }

  /** Returns the first byte of the change. */
  int change() {
    return Math.toIntExact(TABLE + tableBytes());
  }

  /** Returns the layout of the gate's file. */
  MappedLayout layout() {
    return new MappedLayout(
        MAGIC,
        LAYOUT_VERSION,
        List.of(
            new Size("%d layers", layers),
            new Size("%d experts", experts),
            new Size("%d ranks", ranks),
            new Size("%d slots per rank", slotsPerRank),
            new Size("rank %d", rank)),
        TABLE + tableBytes() + lines(ChangeArea.bytes(layers, slots(), mostExchanges())));
  }
}
