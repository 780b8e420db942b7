package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerRunner;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.PlacementRules;
import org.jspecify.annotations.Nullable;

/**
 * Judges an answer of the right shape layer by layer and builds the table of what it accepts, once.
 * One plan at a time.
 */
final class ContractCheck {
  private final PlacementRules rules;
  private final boolean alignSlots;
  private final ScratchShelf shelf;

  ContractCheck(ContractSettings settings) {
    this.rules = settings.rules();
    this.alignSlots = settings.alignSlots();
    this.shelf = new ScratchShelf(settings.processors());
  }

  Verdict judge(
      LayerRunner runner,
      ExpertTable current,
      Rebalance answer,
      EpTopology topology,
      MigrationBudget budget) {
    Placement proposal = answer.newPlacement();
    int[] priority = answer.layerPriority();
    boolean[] marked = new boolean[current.layers()];
    for (int layer : priority) {
      marked[layer] = true;
    }
    LayerJudge judge =
        new LayerJudge(
            rules, current, proposal, marked, alignSlots ? Placement.builder(current) : null);
    shelf.reset(topology, budget);
    runner.forEachLayer(current.layers(), () -> shelf.take(topology, budget), judge);
    return judge.verdict(priority);
  }

  /** Judges the current table, of which nothing changes. */
  static Verdict unchanged(ExpertTable current) {
    int[] row = new int[current.physicalExperts()];
    SameRankReplicas sameRank = new SameRankReplicas(current.experts());
    long surplus = 0;
    for (int layer = 0; layer < current.layers(); layer++) {
      current.copyLayer(layer, row, 0);
      surplus += sameRank.surplus(row, current.slotsPerRank());
    }
    return new Verdict(current, new int[0], new Breach[0], new int[current.layers()], surplus);
  }

  /**
   * What came of an answer; the arrays are the verdict's own.
   *
   * @param table the accepted table: the current one itself if no layer changes
   * @param layerPriority the layers that change
   * @param breaches one per rejected layer, by layer
   * @param moved per layer, the experts moved
   * @param duplicates surplus same-rank replicas of the accepted table
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never leaves the package.
  record Verdict(
      ExpertTable table, int[] layerPriority, Breach[] breaches, int[] moved, long duplicates) {}

  static Verdict verdict(
      ExpertTable table,
      int[] layerPriority,
      @Nullable Breach[] byLayer,
      int[] moved,
      long duplicates) {
    int count = 0;
    for (Breach breach : byLayer) {
      count += breach == null ? 0 : 1;
    }
    Breach[] breaches = new Breach[count];
    int next = 0;
    for (Breach breach : byLayer) {
      if (breach != null) {
        breaches[next++] = breach;
      }
    }
    return new Verdict(table, layerPriority, breaches, moved, duplicates);
  }
}
