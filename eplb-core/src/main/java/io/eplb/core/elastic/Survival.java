package io.eplb.core.elastic;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.core.argument.Require;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A planned table changed so that experts survive the loss of failure domains. An expert is covered
 * against the loss of N domains if its replicas are in N + 1 of them. As many experts as the slots
 * allow are covered, the hottest first; {@link #uncovered()} says how many are not. Immutable.
 *
 * <p>With K slots per layer beyond one per expert, at most K ÷ N experts can be covered. The
 * changes keep the peak low ({@link LayerSurvival} says how) and stay within the migration budget,
 * counted against the table in force: what the policy has spent of it is not there for survival,
 * and an expert whose change would exceed it stays uncovered.
 */
public final class Survival {
  private final ExpertTable table;
  private final int domains;
  private final int[] uncovered;
  private final int[] moved;

  private Survival(ExpertTable table, int domains, int[] uncovered, int[] moved) {
    this.table = table;
    this.domains = domains;
    this.uncovered = uncovered;
    this.moved = moved;
  }

  /**
   * Changes a planned table.
   *
   * @param inForce the table in force, against which moves are counted
   * @param planned the table of the policy's answer, of the same shape; EMPTY exactly where ranks
   *     cannot use their slots
   * @param ranks the ranks as they are, with their failure domains
   * @param expertLoads layers × experts tokens, each finite and at least 0; an empty array if they
   *     are not known, so that all experts count alike
   * @param dispatch the way in which the engine divides an expert's tokens among its replicas
   * @param failures the domains that may fail, N: 1 or more
   * @param budget the limits on moves
   * @throws InvalidInputException if the shapes differ, a load is invalid, the table does not fit
   *     the ranks, or N is out of range
   */
  public static Survival of(
      ExpertTable inForce,
      ExpertTable planned,
      EpRanks ranks,
      double[] expertLoads,
      Dispatch dispatch,
      int failures,
      MigrationBudget budget) {
    ElasticInput.requireRanks(inForce, ranks);
    ElasticInput.requireLoads(inForce, expertLoads);
    ranks.requireFits(planned);
    Require.inRange("the failures to survive", failures, 1, ranks.ranks());
    int experts = planned.experts();
    int[] domains = new int[ranks.ranks()];
    double[] speeds = new double[ranks.ranks()];
    Arrays.setAll(domains, ranks::failureDomain);
    ranks.copySpeeds(speeds, 0);
    LayerRow row = new LayerRow(experts, ranks.ranks(), ranks.slotsPerRank(), speeds);
    LayerRow before = new LayerRow(experts, ranks.ranks(), ranks.slotsPerRank(), speeds);
    LayerSurvival survival =
        new LayerSurvival(
            row,
            before,
            new RowPeak(dispatch, row, ranks),
            domains,
            failures,
            limit(budget.maxMovesPerLayer()),
            limit(budget.maxMovesPerRank()));
    int[] uncovered = new int[planned.layers()];
    int[] moved = new int[uncovered.length];
    int[] slots = new int[planned.physicalExperts()];
    Placement.Builder placement = Placement.builder(planned);
    boolean changed = false;
    for (int layer = 0; layer < uncovered.length; layer++) {
      inForce.copyLayer(layer, slots, 0);
      before.start(slots, 0, expertLoads, layer * experts);
      planned.copyLayer(layer, slots, 0);
      row.start(slots, 0, expertLoads, layer * experts);
      uncovered[layer] = survival.spread();
      moved[layer] = survival.moved();
      if (!row.equalTo(slots)) {
        row.copyTo(slots, 0);
        placement.setLayer(layer, slots, 0);
        changed = true;
      }
    }
    return new Survival(
        changed ? ExpertTable.of(inForce.version() + 1, experts, placement.build()) : planned,
        livingDomains(ranks),
        uncovered,
        moved);
  }

  private static int limit(int budget) {
    return budget == 0 ? Integer.MAX_VALUE : budget;
  }

  private static int livingDomains(EpRanks ranks) {
    BitSet domains = new BitSet();
    for (int rank = 0; rank < ranks.ranks(); rank++) {
      if (ranks.living(rank)) {
        domains.set(ranks.failureDomain(rank));
      }
    }
    return domains.cardinality();
  }

  /** Returns the table: the planned one itself if nothing had to change. */
  public ExpertTable table() {
    return table;
  }

  /** Returns the number of failure domains with a living rank. */
  public int domains() {
    return domains;
  }

  /** Returns the number of experts that are not covered, over all layers. */
  public long uncovered() {
    return Arrays.stream(uncovered).asLongStream().sum();
  }

  /**
   * Returns the number of experts of a layer that are not covered.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public int uncovered(int layer) {
    return uncovered[Require.index("layer", layer, uncovered.length)];
  }

  /** Returns the experts moved from the table in force to this one, over all layers. */
  public long expertsMoved() {
    return Arrays.stream(moved).asLongStream().sum();
  }
}
