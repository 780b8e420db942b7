package io.eplb.core.contract;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerRunner;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import io.eplb.api.contract.PlacementRules;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Judges an answer of the right shape layer by layer and builds the table of what it accepts, once.
 * One plan at a time.
 */
final class ContractCheck {
  private final PlacementRules rules;
  private final boolean alignSlots;

  /**
   * The workers' scratch, kept from plan to plan, since with many workers it would outweigh the
   * table that is built.
   */
  private final @Nullable LayerScratch[] scratch;

  private final AtomicInteger taken = new AtomicInteger();
  private @Nullable EpTopology topology;
  private @Nullable MigrationBudget budget;

  ContractCheck(ContractSettings settings) {
    this.rules = settings.rules();
    this.alignSlots = settings.alignSlots();
    this.scratch = new LayerScratch[settings.processors()];
  }

  Verdict judge(LayerRunner runner, PlanQuestion question, Rebalance answer) {
    ExpertTable current = question.current();
    int[] priority = answer.layerPriority();
    boolean[] marked = new boolean[current.layers()];
    for (int layer : priority) {
      marked[layer] = true;
    }
    LayerJudge judge =
        new LayerJudge(
            rules,
            current,
            answer.newPlacement(),
            marked,
            alignSlots ? Placement.builder(current) : null);
    if (!question.topology().equals(topology) || !question.budget().equals(budget)) {
      Arrays.fill(scratch, null);
    }
    topology = question.topology();
    budget = question.budget();
    taken.set(0);
    runner.forEachLayer(current.layers(), () -> scratch(question), judge);
    return judge.verdict(priority);
  }

  /** Returns scratch that no other worker uses in this plan. */
  private LayerScratch scratch(PlanQuestion question) {
    int index = taken.getAndIncrement();
    LayerScratch kept = scratch[index];
    if (kept == null) {
      kept = new LayerScratch(question.topology(), question.budget());
      scratch[index] = kept;
    }
    return kept;
  }

  /** Judges the current table, of which nothing changes. */
  static Verdict unchanged(ExpertTable current) {
    return new Verdict(current, new int[0], List.of(), new int[current.layers()]);
  }

  /**
   * The judgement on an answer; the arrays are the verdict's own.
   *
   * @param table the accepted table: the current one itself if no layer changes
   * @param layerPriority the layers that change
   * @param rejectedLayers one breach per rejected layer, by layer
   * @param moved per layer, the experts moved
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never leaves the package.
  record Verdict(
      ExpertTable table, int[] layerPriority, List<Breach> rejectedLayers, int[] moved) {}
}
