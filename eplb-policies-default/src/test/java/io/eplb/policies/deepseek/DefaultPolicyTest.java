package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DefaultPolicyTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 4, 1, 1, 2);

  @Test
  void defaultIsHierarchicalWhereNodesDivideGroupsAndElseGlobal() {
    double[] loads = RandomLoads.LOGNORMAL.draw(2, 12, 3L);
    EpTopology whole = EpTopology.of(12, 8, 2, 4, 2);
    EpTopology split = EpTopology.of(12, 8, 2, 3, 2);
    assertEquals(
        Planned.by(new HierarchicalPolicy(), whole, loads).answer.newPlacement(),
        Planned.by(new DefaultPolicy(), whole, loads).answer.newPlacement());
    assertEquals(
        Planned.by(new GlobalPolicy(), split, loads).answer.newPlacement(),
        Planned.by(new DefaultPolicy(), split, loads).answer.newPlacement());
  }

  @Test
  void hierarchicalSaysWhyItCannotDivideGroupsAndWhatToUseInstead() {
    EpTopology split = EpTopology.of(12, 8, 2, 3, 2);
    UnsupportedRequestException refused =
        assertThrows(
            UnsupportedRequestException.class,
            () -> Planned.by(new HierarchicalPolicy(), split, new double[12]));
    assertEquals(
        "it keeps each expert group on one node, but 2 nodes do not divide 3"
            + " groups; use policy default or global, or groups that the nodes divide",
        refused.getMessage());
  }

  @Test
  void hierarchicalKeepsEachGroupOnOneNode() {
    EpTopology topology = EpTopology.of(256, 32, 4, 8, 9);
    for (RandomLoads kind : RandomLoads.values()) {
      Planned planned = Planned.by(new HierarchicalPolicy(), topology, kind.draw(4, 256, 8L));
      for (int layer = 0; layer < planned.layers(); layer++) {
        int[] nodeOfGroup = new int[8];
        Arrays.fill(nodeOfGroup, -1);
        int[] row = planned.row(layer);
        for (int slot = 0; slot < row.length; slot++) {
          int group = row[slot] / topology.expertsPerGroup();
          int node = slot / 72;
          assertTrue(nodeOfGroup[group] == -1 || nodeOfGroup[group] == node);
          nodeOfGroup[group] = node;
        }
      }
    }
  }

  @Test
  void anIdleLayerKeepsItsRowAndIsNotMarked() {
    double[] loads = {0, 0, 0, 0, 0, 0, 9, 1, 1, 1, 1, 1};
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 0, 1}, planned.row(0));
    assertArrayEquals(new int[] {1}, planned.answer.layerPriority());
  }

  @Test
  void onlyIdleLayersMeanNoChange() {
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, new double[12]);
    assertFalse(planned.answer.changed());
    assertEquals(planned.current.placement(), planned.answer.newPlacement());
  }

  @Test
  void exactReferenceGivesEverySpareOfAnIdleLayerToTheFirstExpertLikeTheReference() {
    Planned planned = Planned.exactly(new DefaultPolicy(), TOPOLOGY, new double[6]);
    assertEquals(3, planned.table().replicaCount(0, 0));
  }

  @Test
  void aTableThatIsPlannedAgainUnderTheSameLoadDoesNotChange() {
    double[] loads = RandomLoads.ZIPF.draw(3, 6, 1L);
    Planned first = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    ExpertTable table = first.table();
    DefaultPolicy policy = new DefaultPolicy();
    Rebalance second =
        policy.rebalanceExperts(
            table,
            ExpertWorkload.ofExpertLoads(table, loads),
            PolicyContext.builder(TOPOLOGY)
                .options(PolicyOptions.defaults(policy.options()))
                .build());
    assertFalse(second.changed());
    assertEquals(0, second.layerPriority().length);
    assertEquals(table.placement(), second.newPlacement());
  }

  @Test
  void layersAreListedByHowMuchTheirPeakFalls() {
    double[] even = {10, 11, 10, 11, 10, 11};
    double[] skewed = {10, 200, 10, 11, 10, 11};
    double[] worse = {10, 10, 10, 10, 900, 800};
    double[] loads = new double[18];
    System.arraycopy(even, 0, loads, 0, 6);
    System.arraycopy(skewed, 0, loads, 6, 6);
    System.arraycopy(worse, 0, loads, 12, 6);
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    int[] priority = planned.answer.layerPriority();
    double before = Double.POSITIVE_INFINITY;
    for (int layer : priority) {
      double gain = 1 - planned.peakToAverage(layer) / currentPeakToAverage(planned, layer);
      assertTrue(gain <= before);
      before = gain;
    }
    assertEquals(2, priority[0]);
  }

  private static double currentPeakToAverage(Planned planned, int layer) {
    return LayerBalance.of(planned.current, layer, planned.loads(layer)).peakToAverage();
  }

  @Test
  void equallyProfitableLayersAreListedInOrder() {
    double[] layer = RandomLoads.ZIPF.draw(1, 6, 4L);
    double[] loads = new double[6 * 5];
    for (int copy = 0; copy < 5; copy++) {
      System.arraycopy(layer, 0, loads, 6 * copy, 6);
    }
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, planned.answer.layerPriority());
  }

  @Test
  void theUnitOfTheLoadDoesNotMatterHoweverLargeOrSmall() {
    EpTopology topology = EpTopology.of(64, 8, 2, 4, 10);
    double[] loads = RandomLoads.LOGNORMAL.draw(4, 64, 6L);
    Planned plain = Planned.by(new DefaultPolicy(), topology, loads);
    for (int exponent : new int[] {990, 300, 120, -80, -200, -1000}) {
      double[] scaled = Arrays.stream(loads).map(load -> Math.scalb(load, exponent)).toArray();
      Planned planned = Planned.by(new DefaultPolicy(), topology, scaled);
      assertEquals(plain.answer.newPlacement(), planned.answer.newPlacement(), "2^" + exponent);
    }
  }

  @Test
  void loadsNearTheSmallestDoubleAreStillToldFromZero() {
    double[] loads = {1e-310, 5e-310, 1e-310, 1e-310, 1e-310, 1e-310};
    Planned planned = Planned.by(new DefaultPolicy(), TOPOLOGY, loads);
    assertEquals(3, planned.table().replicaCount(0, 1));
  }

  @Test
  void oneExpertWithAllTheLoadGetsAReplicaOnEveryRankItMay() {
    EpTopology topology = EpTopology.of(4, 4, 1, 1, 2);
    Planned planned = Planned.by(new DefaultPolicy(), topology, new double[] {0, 0, 7, 0});
    assertEquals(4, planned.table().replicaCount(0, 2));
    assertEquals(1.0, planned.peakToAverage(0), 1e-12);
  }

  @Test
  void oneExpertOnOneRankIsPlaced() {
    EpTopology topology = EpTopology.of(1, 1, 1, 1, 1);
    Planned planned = Planned.by(new DefaultPolicy(), topology, new double[] {3});
    assertArrayEquals(new int[] {0}, planned.row(0));
    assertFalse(planned.answer.changed());
  }

  @Test
  void oneExpertOnManyRanksFillsThem() {
    EpTopology topology = EpTopology.of(1, 4, 2, 1, 2);
    Planned planned = Planned.by(new DefaultPolicy(), topology, new double[] {3});
    assertArrayEquals(new int[8], planned.row(0));
  }

  @Test
  void oneRankHoldsEveryExpertOnce() {
    EpTopology topology = EpTopology.of(5, 1, 1, 1, 5);
    Planned planned = Planned.by(new DefaultPolicy(), topology, new double[] {3, 1, 4, 1, 5});
    assertEquals(0, planned.duplicates(0));
  }

  @Test
  void withoutRedundancyEveryExpertIsPlacedOnce() {
    EpTopology topology = EpTopology.of(16, 4, 1, 1, 4);
    Planned planned = Planned.by(new DefaultPolicy(), topology, RandomLoads.ZIPF.draw(1, 16, 2L));
    assertEquals(16, Arrays.stream(planned.row(0)).distinct().count());
  }

  @Test
  void theOptionIsDeclaredAndOffByDefault() {
    assertEquals(1, new DefaultPolicy().options().size());
    assertEquals(
        "exact-reference (true or false, default false)",
        new DefaultPolicy().options().get(0).toString());
  }

  @Test
  void replicasAreNumberedOnlyWhereTheReferenceIsFollowedExactly() {
    double[] loads = RandomLoads.ZIPF.draw(1, 6, 4L);
    assertFalse(
        Planned.by(new DefaultPolicy(), TOPOLOGY, loads).answer.newPlacement().hasReplicaOrder());
    assertTrue(
        Planned.exactly(new DefaultPolicy(), TOPOLOGY, loads)
            .answer
            .newPlacement()
            .hasReplicaOrder());
  }
}
