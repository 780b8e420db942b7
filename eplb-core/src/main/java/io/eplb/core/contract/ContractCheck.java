package io.eplb.core.contract;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerRunner;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.Breach;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The check of answers of the right shape: judges them layer by layer and builds the table of the
 * accepted layers. It takes one plan at a time.
 */
final class ContractCheck {
  private final ContractSettings settings;

  /**
   * The workers' scratch, kept from plan to plan: with many workers, new scratch would be larger
   * than the table that is built.
   */
  private final @Nullable LayerScratch[] scratch;

  private final AtomicInteger taken = new AtomicInteger();
  private @Nullable EpTopology topology;
  private @Nullable EpRanks ranks;
  private @Nullable MigrationBudget budget;

  ContractCheck(ContractSettings settings) {
    this.settings = settings;
    this.scratch = new LayerScratch[settings.processors()];
  }

  Verdict judge(LayerRunner runner, PlanRequest request, Rebalance answer) {
    LayerJudge judge = new LayerJudge(settings, request.current(), answer);
    if (!request.topology().equals(topology)
        || !request.ranks().equals(ranks)
        || !request.budget().equals(budget)) {
      Arrays.fill(scratch, null);
    }
    topology = request.topology();
    ranks = request.ranks();
    budget = request.budget();
    taken.set(0);
    runner.forEachLayer(request.current().layers(), () -> scratch(request), judge);
    return judge.verdict();
  }

  /** Returns scratch that no other worker uses in this plan. */
  private LayerScratch scratch(PlanRequest request) {
    int index = taken.getAndIncrement();
    LayerScratch kept = scratch[index];
    if (kept == null) {
      kept = new LayerScratch(request.topology(), request.ranks(), request.budget());
      scratch[index] = kept;
    }
    return kept;
  }

  /** Returns the verdict that changes no layer. */
  static Verdict unchanged(ExpertTable current) {
    return new Verdict(
        current, new int[0], Rebalance.unchanged(current), List.of(), new int[current.layers()]);
  }

  /**
   * The judgement on an answer; it owns its arrays.
   *
   * @param table the accepted table: the current one itself if no layer changes
   * @param layerPriority the layers that change
   * @param answer the accepted part of the answer, with aligned slots
   * @param rejectedLayers one breach per rejected layer, by layer
   * @param moved per layer, the experts moved
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never leaves the package.
  record Verdict(
      ExpertTable table,
      int[] layerPriority,
      Rebalance answer,
      List<Breach> rejectedLayers,
      int[] moved) {}
}
