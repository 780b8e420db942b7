package io.eplb.core.migration;

import com.google.common.primitives.Ints;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.argument.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The moves of one layer from one row to another, in stages that are committed one after another.
 * Immutable.
 *
 * <p>In each stage a rank gains at most as many experts as it has buffers. Every row on the way is
 * as good to serve from as the first and the last row: an expert has at least the smaller number of
 * its replicas in those two, and a rank holds an expert at most as often as in one of them. The
 * number of stages is the least: the most experts that one rank gains, divided by the buffers and
 * rounded up. It is one if only the order within ranks changes, and none if the rows are equal.
 *
 * <p>For example, a rank with two buffers that gains five experts makes three stages: it gains at
 * most two experts in each.
 */
public final class LayerMigration {
  private final int layer;
  private final List<MigrationStage> stages;
  private final int[] moved;
  private final int roundsLowerBound;

  private LayerMigration(
      int layer, List<MigrationStage> stages, int[] moved, int roundsLowerBound) {
    this.layer = layer;
    this.stages = List.copyOf(stages);
    this.moved = moved;
    this.roundsLowerBound = roundsLowerBound;
  }

  /**
   * Plans the moves of a layer.
   *
   * @param current the table in force
   * @param next the table to come
   * @param topology the shape of the tables, and the ranks of each node
   * @throws InvalidInputException if the tables and the topology have different shapes, or there is
   *     no such layer
   */
  public static LayerMigration of(
      ExpertTable current,
      ExpertTable next,
      int layer,
      EpTopology topology,
      MigrationLimits limits) {
    return of(current, next, layer, null, topology, limits);
  }

  /**
   * Plans the moves of a layer, with wishes for their sources.
   *
   * @param sources per slot of the next row, the rank to read; −1, or null for all, without a wish.
   *     A wish is followed where that rank holds the expert and does not leave
   * @throws InvalidInputException as the other method, and if a wish names no rank
   */
  public static LayerMigration of(
      ExpertTable current,
      ExpertTable next,
      int layer,
      int @Nullable [] sources,
      EpTopology topology,
      MigrationLimits limits) {
    requireShape("the current table", current, topology);
    requireShape("the next table", next, topology);
    requireRanks(sources, topology);
    int[] before = new int[topology.physicalExperts()];
    int[] after = new int[topology.physicalExperts()];
    current.copyLayer(layer, before, 0);
    next.copyLayer(layer, after, 0);
    int[] moved = new int[topology.ranks()];
    boolean[] leaves = leaving(after, topology.slotsPerRank());
    List<MigrationStage> stages = new ArrayList<>();
    int[] row = before;
    for (int[] nextRow : StageRows.of(before, after, leaves, topology, limits.buffersPerRank())) {
      int[] wishes = wishes(nextRow, after, sources, topology.slotsPerRank());
      MigrationStage stage = MigrationStage.of(row, nextRow, wishes, leaves, topology, limits);
      for (int rank = 0; rank < moved.length; rank++) {
        moved[rank] += stage.expertsMovedTo(rank);
      }
      stages.add(stage);
      row = nextRow;
    }
    return new LayerMigration(
        layer, stages, moved, RoundsBound.of(before, after, leaves, moved, topology, limits));
  }

  /** Returns the wishes for a stage: those for the same expert on the same rank of the next row. */
  private static int @Nullable [] wishes(
      int[] stage, int[] next, int @Nullable [] sources, int slots) {
    if (sources == null) {
      return null;
    }
    int[] wishes = new int[stage.length];
    for (int slot = 0; slot < stage.length; slot++) {
      wishes[slot] = -1;
      int base = slot - slot % slots;
      for (int last = base; last < base + slots; last++) {
        if (next[last] == stage[slot]) {
          wishes[slot] = sources[last];
        }
      }
    }
    return wishes;
  }

  /**
   * Returns the ranks that leave: those that are to hold nothing in the layer. They may be dead, so
   * nothing is read from them.
   */
  private static boolean[] leaving(int[] next, int slots) {
    boolean[] leaves = new boolean[next.length / slots];
    for (int rank = 0; rank < leaves.length; rank++) {
      leaves[rank] = true;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        leaves[rank] &= next[slot] == Placement.EMPTY;
      }
    }
    return leaves;
  }

  private static void requireRanks(int @Nullable [] sources, EpTopology topology) {
    if (sources == null) {
      return;
    }
    if (sources.length != topology.physicalExperts()) {
      throw new InvalidInputException(
          "the sources name %s, a layer has %s; they must agree"
              .formatted(
                  Counted.of(sources.length, "rank"),
                  Counted.of(topology.physicalExperts(), "slot")));
    }
    for (int slot = 0; slot < sources.length; slot++) {
      if (sources[slot] < -1 || sources[slot] >= topology.ranks()) {
        throw new InvalidInputException(
            "the source of slot %d is rank %d; it must be between 0 and %d, or −1 without a wish"
                .formatted(slot, sources[slot], topology.ranks() - 1));
      }
    }
  }

  private static void requireShape(String what, ExpertTable table, EpTopology topology) {
    if (table.experts() != topology.experts()
        || table.ranks() != topology.ranks()
        || table.slotsPerRank() != topology.slotsPerRank()) {
      throw new InvalidInputException(
          "%s has %s, the topology %d on %d × %d; they must agree"
              .formatted(
                  what,
                  Shape.layer(table.experts(), table.ranks(), table.slotsPerRank()),
                  topology.experts(),
                  topology.ranks(),
                  topology.slotsPerRank()));
    }
  }

  /** Returns the layer. */
  public int layer() {
    return layer;
  }

  /** Returns the stages in their order; none if the rows are equal. */
  public List<MigrationStage> stages() {
    return stages;
  }

  /**
   * Returns the number of transfers from rank to rank. With the {@linkplain #reloads reloads} these
   * are the {@linkplain #expertsMoved experts moved}, and one more for each further replica of an
   * expert that a rank receives in one stage.
   */
  public int transfers() {
    return sum(stage -> (int) stage.receives().stream().filter(WeightMove::crossesRanks).count());
  }

  /** Returns the number of experts that come from the checkpoint, as no rank can give them. */
  public int reloads() {
    return sum(stage -> (int) stage.receives().stream().filter(WeightMove::isReload).count());
  }

  /** Returns the number of copies inside ranks, into and out of buffers included. */
  public int copies() {
    return sum(stage -> stage.receives().size() + stage.copies().size()) - transfers() - reloads();
  }

  /** Returns the number of rounds of all stages. */
  public int rounds() {
    return sum(stage -> stage.rounds().size());
  }

  private int sum(ToIntFunction<MigrationStage> count) {
    return stages.stream().mapToInt(count).sum();
  }

  /**
   * Returns a lower bound of the rounds of every plan for the same rows and limits. It is the
   * greatest, over all ranks, of two quotients, rounded up: the experts moved to the rank, divided
   * by the experts that it can receive and buffer in a round; and the experts that the rank alone
   * holds and others want, divided by the experts that it can send in a round.
   */
  public int roundsLowerBound() {
    return roundsLowerBound;
  }

  /** Returns the experts moved over all ranks. */
  public int expertsMoved() {
    return Arrays.stream(moved).sum();
  }

  /**
   * Returns the experts moved to a rank: those that it holds after and did not hold before.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int expertsMovedTo(int rank) {
    Require.index("rank", rank, moved.length);
    return moved[rank];
  }

  /** Returns the rank to which most experts are moved; the first of several. */
  public int busiestRank() {
    return busiest(moved);
  }

  static int busiest(int[] moved) {
    return Ints.indexOf(moved, Ints.max(moved));
  }
}
