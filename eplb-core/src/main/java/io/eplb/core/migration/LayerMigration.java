package io.eplb.core.migration;

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
 * <p>No stage lets a rank gain more experts than the limits give it buffers, and every row on the
 * way is as good to serve from as the two ends: each expert keeps at least as many replicas as in
 * the end that has fewer, and a rank holds an expert at most as often as in the end that holds it
 * more often. There are as few stages as can be: the most experts that a rank gains over the
 * buffers, rounded up; one if nothing but the order within ranks changes, none if the rows are
 * equal.
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
   * @param topology says which ranks share a node
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
   * Returns a number of rounds that no plan for the same rows and limits goes below. It is the
   * greater of two: for every rank, the experts moved to it over what it can receive in a round and
   * buffer; for every rank, the experts wanted elsewhere that it alone holds, over what it can send
   * in a round.
   */
  public int roundsLowerBound() {
    return roundsLowerBound;
  }

  /** Returns the experts that the ranks hold after and did not hold before, over all ranks. */
  public int expertsMoved() {
    return Arrays.stream(moved).sum();
  }

  /**
   * Returns the experts that a rank holds after and did not hold before.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public int expertsMovedTo(int rank) {
    Require.index("rank", rank, moved.length);
    return moved[rank];
  }

  /** Returns the rank that the most experts are moved to, the first of several. */
  public int busiestRank() {
    return busiest(moved);
  }

  static int busiest(int[] moved) {
    int busiest = 0;
    for (int rank = 1; rank < moved.length; rank++) {
      busiest = moved[rank] > moved[busiest] ? rank : busiest;
    }
    return busiest;
  }
}
