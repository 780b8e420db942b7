package io.eplb.core.migration;

import com.google.common.primitives.Ints;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Shape;
import io.eplb.core.argument.Require;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

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
    requireShape("the current table", current, topology);
    requireShape("the next table", next, topology);
    int[] before = new int[topology.physicalExperts()];
    int[] after = new int[topology.physicalExperts()];
    current.copyLayer(layer, before, 0);
    next.copyLayer(layer, after, 0);
    int[] moved = new int[topology.ranks()];
    List<MigrationStage> stages = new ArrayList<>();
    int[] row = before;
    for (int[] nextRow : StageRows.of(before, after, topology, limits.buffersPerRank())) {
      MigrationStage stage = MigrationStage.of(row, nextRow, topology, limits);
      for (int rank = 0; rank < moved.length; rank++) {
        moved[rank] += stage.expertsMovedTo(rank);
      }
      stages.add(stage);
      row = nextRow;
    }
    return new LayerMigration(
        layer, stages, moved, RoundsBound.of(before, after, moved, topology, limits));
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
   * Returns the number of transfers from rank to rank: the {@linkplain #expertsMoved experts
   * moved}, and one more for each further replica of an expert that a rank receives in one stage.
   */
  public int transfers() {
    return sum(stage -> (int) stage.receives().stream().filter(WeightMove::crossesRanks).count());
  }

  /** Returns the number of copies inside ranks, into and out of buffers included. */
  public int copies() {
    return sum(stage -> stage.receives().size() + stage.copies().size()) - transfers();
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
