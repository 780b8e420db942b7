package io.eplb.core.migration;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer's way from one row to another in stages, none of which lets a rank gain more experts than
 * it has buffers. Immutable.
 *
 * <p>Every row on the way is as good to serve from as the two ends: each expert keeps at least as
 * many replicas as in the end that has fewer, and a rank holds an expert at most as often as in the
 * end that holds it more often, so there are no duplicates that neither end has. There are as few
 * stages as can be: the most experts that a rank gains over the buffers, rounded up; one if nothing
 * but the order within ranks changes, none if the rows are equal.
 *
 * <p>How: {@link ReplicaFlow} splits into matchings in which a rank gains one expert and loses one,
 * or neither, and whatever is moved is gained where and when it is lost elsewhere. As many of them
 * as there are buffers make a stage. The last stage also brings ranks into their order.
 */
public final class MigrationStages {
  private static final int VACANT = -1;

  private final List<int[]> rows;

  private MigrationStages(List<int[]> rows) {
    this.rows = rows;
  }

  /**
   * Finds the stages of a layer.
   *
   * @param buffersPerRank the experts that a rank can gain in a stage, 1 or more
   * @throws InvalidInputException if the tables have different shapes, there is no such layer, or
   *     {@code buffersPerRank} is out of range
   */
  public static MigrationStages of(
      ExpertTable current, ExpertTable next, int layer, int buffersPerRank) {
    if (buffersPerRank < 1) {
      throw new InvalidInputException(
          "buffers per rank is " + buffersPerRank + "; it must be at least 1");
    }
    if (current.experts() != next.experts()) {
      throw new InvalidInputException(
          "the current table has %s, the next one %d; they must agree"
              .formatted(Counted.of(current.experts(), "expert"), next.experts()));
    }
    if (current.sameLayer(layer, next.placement())) {
      return new MigrationStages(List.of());
    }
    int[] before = new int[current.physicalExperts()];
    int[] after = new int[next.physicalExperts()];
    current.copyLayer(layer, before, 0);
    next.copyLayer(layer, after, 0);
    return new MigrationStages(
        rows(before, after, current.slotsPerRank(), current.experts(), buffersPerRank));
  }

  private static List<int[]> rows(
      int[] current, int[] next, int slots, int experts, int buffersPerRank) {
    ReplicaFlow flow = ReplicaFlow.of(current, next, slots, experts);
    List<int[]> rows = new ArrayList<>();
    int stages = (int) RoundsBound.roundedUp(flow.degree(), buffersPerRank);
    if (stages > 1) {
      int[] matching = flow.matchings(current.length / slots);
      int[] row = current;
      for (int stage = 0; stage < stages - 1; stage++) {
        row = row.clone();
        int from = stage * buffersPerRank;
        advance(row, next, slots, flow, matching, from, from + buffersPerRank);
        rows.add(row);
      }
    }
    rows.add(next);
    return rows;
  }

  /** Carries out the matchings {@code [from, to)}, in any slots of the ranks concerned. */
  private static void advance(
      int[] row, int[] next, int slots, ReplicaFlow flow, int[] matching, int from, int to) {
    int[] chosen = new int[flow.edges()];
    int count = 0;
    for (int edge = 0; edge < flow.edges(); edge++) {
      if (matching[edge] >= from && matching[edge] < to) {
        chosen[count++] = edge;
        vacate(row, next, flow.from(edge) * slots, flow.lost(edge));
      }
    }
    // Whoever can be where it is to stay goes first, so that no other takes its slot.
    int homeless = 0;
    for (int index = 0; index < count; index++) {
      int edge = chosen[index];
      if (!settle(row, next, flow.to(edge) * slots, slots, flow.gained(edge))) {
        chosen[homeless++] = edge;
      }
    }
    for (int index = 0; index < homeless; index++) {
      int slot = flow.to(chosen[index]) * slots;
      while (row[slot] != VACANT) {
        slot++;
      }
      row[slot] = flow.gained(chosen[index]);
    }
  }

  /** Takes an expert out of a slot where it is not to stay; a rank that loses it has such a one. */
  private static void vacate(int[] row, int[] next, int base, int expert) {
    int slot = base;
    while (row[slot] != expert || next[slot] == expert) {
      slot++;
    }
    row[slot] = VACANT;
  }

  private static boolean settle(int[] row, int[] next, int base, int slots, int expert) {
    for (int slot = base; slot < base + slots; slot++) {
      if (row[slot] == VACANT && next[slot] == expert) {
        row[slot] = expert;
        return true;
      }
    }
    return false;
  }

  /** Returns the number of stages. */
  public int count() {
    return rows.size();
  }

  /**
   * Copies the row that a stage leads to: ranks × slots experts.
   *
   * @throws InvalidInputException if there is no such stage or too little room
   */
  public void copyRow(int stage, int[] destination, int offset) {
    if (stage < 0 || stage >= rows.size()) {
      throw new InvalidInputException(
          "stage " + stage + " does not exist; there are " + rows.size());
    }
    int[] row = rows.get(stage);
    if (offset < 0 || row.length > destination.length - offset) {
      throw new InvalidInputException(
          "a row needs room for %d elements from offset %d; the array has %d"
              .formatted(row.length, offset, destination.length));
    }
    System.arraycopy(row, 0, destination, offset, row.length);
  }
}
