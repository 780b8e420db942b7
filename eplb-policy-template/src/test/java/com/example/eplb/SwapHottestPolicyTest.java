package com.example.eplb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The behaviour of this policy beyond the contract, on layers small enough to follow by hand. */
class SwapHottestPolicyTest {
  /** One layer begins as [0 1 2 | 3 4 5]. */
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 2, 1, 1, 3);

  /** Rank 0 carries 15, rank 1 carries 6; one swap, 0 with 4, makes it 11 and 10. */
  private static final double[] SKEWED = {6, 5, 4, 3, 2, 1};

  private static final double[] EVEN = {2, 2, 2, 2, 2, 2};

  private final SwapHottestPolicy policy = new SwapHottestPolicy();

  private PolicyContext.Builder context(Map<String, Object> options) {
    return PolicyContext.builder(TOPOLOGY).options(PolicyOptions.of(policy.options(), options));
  }

  private Rebalance plan(PolicyContext.Builder context, double[] expertLoads) {
    int layers = expertLoads.length / TOPOLOGY.experts();
    ExpertTable table = ExpertTable.initial(layers, TOPOLOGY);
    return policy.rebalanceExperts(
        table, ExpertWorkload.ofExpertLoads(table, expertLoads), context.build());
  }

  private static int[] row(Placement placement, int layer) {
    int[] row = new int[TOPOLOGY.physicalExperts()];
    placement.copyLayer(layer, row, 0);
    return row;
  }

  @Test
  void swapsTheTwoExpertsThatLeaveTheHotterRankCoolest() {
    Rebalance answer = plan(context(Map.of()), SKEWED);

    assertTrue(answer.changed());
    assertArrayEquals(new int[] {4, 1, 2, 3, 0, 5}, row(answer.newPlacement(), 0));
  }

  @Test
  void leavesAnEvenLayerAndAnIdleOneAlone() {
    assertFalse(plan(context(Map.of()), EVEN).changed());
    assertFalse(plan(context(Map.of()), new double[6]).changed());
  }

  @Test
  void leavesALayerBelowTheThresholdAlone() {
    // The hottest rank has 15 and the mean is 10.5.
    assertTrue(plan(context(Map.of("threshold", 1.4)), SKEWED).changed());
    assertFalse(plan(context(Map.of("threshold", 1.45)), SKEWED).changed());
  }

  @Test
  void makesNoMoreSwapsThanAllowed() {
    assertFalse(plan(context(Map.of("max-swaps", 0)), SKEWED).changed());
  }

  @Test
  void leavesALayerAloneWhoseBudgetDoesNotPayForASwap() {
    PolicyContext.Builder oneMove = context(Map.of()).migrationBudget(MigrationBudget.of(1, 0));
    PolicyContext.Builder twoMoves = context(Map.of()).migrationBudget(MigrationBudget.of(2, 1));

    assertFalse(plan(oneMove, SKEWED).changed());
    assertTrue(plan(twoMoves, SKEWED).changed());
  }

  @Test
  void listsTheLayerThatGainsMostFirst() {
    double[] loads = {
      2, 2, 2, 2, 2, 2, // even: not listed
      3, 3, 2, 2, 2, 1, // 8 and 5 become 7 and 6
      6, 5, 4, 3, 2, 1 // 15 and 6 become 11 and 10
    };

    assertArrayEquals(new int[] {2, 1}, plan(context(Map.of()), loads).layerPriority());
  }
}
