package io.eplb.core.simulation;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.ExpertTable;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Rebalance;
import io.eplb.core.elastic.Survival;
import io.eplb.core.load.LoadSeries;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A contender whose plans are spread over failure domains, so that the hottest experts survive the
 * loss of some of them. It is scored on the spread tables.
 */
public final class SurvivingContender extends ForwardingContender {
  private final EpRanks ranks;
  private final Dispatch dispatch;
  private final int failures;

  private SurvivingContender(Contender planner, EpRanks ranks, Dispatch dispatch, int failures) {
    super(planner);
    this.ranks = ranks;
    this.dispatch = dispatch;
    this.failures = failures;
  }

  /**
   * Returns a contender whose plans survive failures: the planner itself if there are none to
   * survive, or if it keeps its table whatever happens.
   *
   * @param planner closed with the contender
   * @param ranks the ranks as they are, with their failure domains
   * @param dispatch the way in which the engine divides an expert's tokens among its replicas
   * @param failures the domains that may fail, 0 or more
   */
  public static Contender of(Contender planner, EpRanks ranks, Dispatch dispatch, int failures) {
    return failures == 0 || planner instanceof StaticContender
        ? planner
        : new SurvivingContender(planner, ranks, dispatch, failures);
  }

  @Override
  public PlannedStep plan(ExpertTable current, LoadSeries estimate, double[] next) {
    PlannedStep step = planner().plan(current, estimate, next);
    Survival survival =
        Survival.of(
            current,
            step.table(),
            ranks,
            reference() ? next : estimate.sum(),
            dispatch,
            failures,
            MigrationBudget.UNLIMITED);
    return new PlannedStep(
        survival.table(),
        answer(step, survival.table()),
        survival.expertsMoved(),
        step.rejectedLayers(),
        step.nanos(),
        step.failure(),
        OptionalLong.of(survival.uncovered()));
  }

  /** Returns a plan's answer with the spread table, without shares of layers that it changes. */
  private static Rebalance answer(PlannedStep step, ExpertTable spread) {
    Rebalance answer = step.answer();
    int[] changed =
        IntStream.range(0, spread.layers())
            .filter(layer -> !spread.sameLayer(layer, step.table().placement()))
            .toArray();
    if (changed.length == 0) {
      return answer;
    }
    int[] priority =
        IntStream.concat(Arrays.stream(answer.layerPriority()), Arrays.stream(changed))
            .distinct()
            .toArray();
    Rebalance.Builder kept = Rebalance.builder(priority, spread.placement());
    double[] shares = new double[spread.physicalExperts()];
    for (int layer = 0; layer < spread.layers(); layer++) {
      if (answer.hasShares(layer) && Arrays.binarySearch(changed, layer) < 0) {
        answer.copyShares(layer, shares, 0);
        kept.shares(layer, shares, 0);
      }
    }
    return kept.build();
  }
}
