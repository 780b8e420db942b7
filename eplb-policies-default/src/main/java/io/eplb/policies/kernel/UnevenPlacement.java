package io.eplb.policies.kernel;

import io.eplb.api.EpRanks;
import io.eplb.api.Placement;
import java.util.Arrays;

/**
 * Places one layer after the other from scratch onto ranks that differ in speed or in usable slots:
 * a slow rank gets less load, and a slot that its rank cannot use stays {@link Placement#EMPTY}. No
 * rank holds an expert twice unless it has more slots than its part has experts.
 *
 * <p>{@code GroupAssignment} puts the expert groups onto the parts of a {@link RankParts}. Each
 * part is then placed by {@code ReplicaCountSearch}, the part with the most load ÷ speed first,
 * until it is within {@value #CLOSE} of what no placement goes below, or as cool as the hottest
 * part before it.
 *
 * <p>The result for one layer does not depend on what was placed before. Not safe for use by
 * several threads; owns its scratch.
 */
public final class UnevenPlacement implements LayerPlacement {
  /** The excess over the greatest load ÷ speed of a part at which a search ends. */
  private static final double CLOSE = 0.002;

  private final int slotsPerRank;
  private final RankParts division;
  private final GroupAssignment assignment;
  private final NodeAssignment[] nodes;
  private final ReplicaCountSearch[] searches;
  private final double[] scaled;
  private final double[] partHeat;
  private final int[] hottestFirst;
  private final int[] firstOf;
  private final int[] logicalOf;

  /**
   * Creates the memory for layers on these ranks.
   *
   * @param division the parts of the same ranks
   */
  public UnevenPlacement(RankParts division, EpRanks ranks) {
    RankCapacity capacity = RankCapacity.of(ranks);
    slotsPerRank = capacity.slots;
    this.division = division;
    assignment = new GroupAssignment(division);
    nodes = new NodeAssignment[division.size()];
    searches = new ReplicaCountSearch[division.size()];
    int experts = division.groups() * division.expertsPerGroup();
    for (int index = 0; index < nodes.length; index++) {
      int most = Math.min(experts, division.part(index).mostGroups * division.expertsPerGroup());
      nodes[index] = new NodeAssignment(most, capacity.of(division.part(index).ranks));
      searches[index] = new ReplicaCountSearch(nodes[index]);
    }
    scaled = new double[experts];
    partHeat = new double[nodes.length];
    hottestFirst = new int[nodes.length];
    firstOf = new int[nodes.length];
    logicalOf = new int[experts];
  }

  @Override
  public boolean place(double[] loads, int[] row) {
    System.arraycopy(loads, 0, scaled, 0, scaled.length);
    if (LoadScale.normalize(scaled) == 0.0) {
      return false;
    }
    assignment.assign(scaled);
    listExperts();
    for (int part = 0; part < nodes.length; part++) {
      hottestFirst[part] = part;
      partHeat[part] = assignment.heat(part);
    }
    FallingOrder.sort(hottestFirst, 0, nodes.length, partHeat);
    double limit = partHeat[hottestFirst[0]] * (1.0 + CLOSE);
    Arrays.fill(row, Placement.EMPTY);
    for (int place = 0; place < nodes.length; place++) {
      int part = hottestFirst[place];
      nodes[part].start(
          logicalOf, firstOf[part], assignment.sizes[part] * expertsPerGroup(), scaled);
      searches[part].replace(limit);
      limit = Math.max(limit, nodes[part].peak());
      store(part, row);
    }
    return true;
  }

  private int expertsPerGroup() {
    return scaled.length / assignment.partOf.length;
  }

  /** Lists the experts part by part, each part's in ascending order. */
  private void listExperts() {
    int next = 0;
    for (int part = 0; part < nodes.length; part++) {
      firstOf[part] = next;
      for (int group = 0; group < assignment.partOf.length; group++) {
        if (assignment.partOf[group] == part) {
          int first = group * expertsPerGroup();
          for (int expert = first; expert < first + expertsPerGroup(); expert++) {
            logicalOf[next++] = expert;
          }
        }
      }
    }
  }

  private void store(int part, int[] row) {
    int[] members = division.part(part).ranks;
    NodeAssignment node = nodes[part];
    for (int rank = 0; rank < members.length; rank++) {
      int to = members[rank] * slotsPerRank;
      int from = rank * slotsPerRank;
      for (int slot = 0; slot < node.capacity.usable[rank]; slot++) {
        row[to + slot] = logicalOf[firstOf[part] + node.expertAt[from + slot]];
      }
    }
  }
}
