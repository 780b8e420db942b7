package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.api.UnsupportedRequestException;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.policies.ascend.AscendDefaultPolicy;
import io.eplb.policies.baseline.RandomPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of policies that place from scratch, and of {@code random}, on ranks that differ. */
class UnequalRanksTest {
  private static final int LAYERS = 3;

  private static final EpTopology V3 = EpTopology.of(256, 32, 4, 8, 9);

  @Provide
  Arbitrary<EplbPolicy> policies() {
    return Arbitraries.of(
        new DefaultPolicy(),
        new GlobalPolicy(),
        new HierarchicalPolicy(),
        new AscendDefaultPolicy(),
        new RandomPolicy());
  }

  private static Rebalance plan(
      EplbPolicy policy,
      EpTopology topology,
      EpRanks ranks,
      ExpertTable table,
      double[] loads,
      MigrationBudget budget) {
    PolicyContext context =
        PolicyContext.builder(topology)
            .ranks(ranks)
            .migrationBudget(budget)
            .options(PolicyOptions.defaults(policy.options()))
            .build();
    return policy.rebalanceExperts(table, ExpertWorkload.ofExpertLoads(table, loads), context);
  }

  private static Rebalance plan(
      EplbPolicy policy, EpTopology topology, EpRanks ranks, double[] loads) {
    ExpertTable table = UnequalRanks.table(topology, ranks, loads.length / topology.experts());
    return plan(policy, topology, ranks, table, loads, MigrationBudget.UNLIMITED);
  }

  private static int[] row(Rebalance answer, int layer) {
    int[] row = new int[answer.newPlacement().physicalExperts()];
    answer.newPlacement().copyLayer(layer, row, 0);
    return row;
  }

  private static double meanPeakToAverage(
      EplbPolicy policy, EpTopology topology, EpRanks ranks, double[] loads) {
    Rebalance answer = plan(policy, topology, ranks, loads);
    int layers = loads.length / topology.experts();
    double sum = 0.0;
    for (int layer = 0; layer < layers; layer++) {
      double[] ofLayer =
          Arrays.copyOfRange(loads, layer * topology.experts(), (layer + 1) * topology.experts());
      sum += LayerBalance.of(row(answer, layer), ofLayer, ranks).peakToAverage();
    }
    return sum / layers;
  }

  @Property
  void p1ToP6HoldOnSlowDeadAndShortRanks(
      @ForAll("policies") EplbPolicy policy, @ForAll RandomLoads kind, @ForAll long seed) {
    Random random = new Random(seed);
    EpTopology topology = UnequalRanks.hierarchicalTopology(random);
    EpRanks ranks = UnequalRanks.ranks(topology, random);
    MigrationBudget budget =
        random.nextBoolean()
            ? MigrationBudget.UNLIMITED
            : MigrationBudget.of(random.nextInt(12), random.nextInt(4));
    ExpertTable table = UnequalRanks.table(topology, ranks, LAYERS);
    double[] loads = kind.draw(LAYERS, topology.experts(), seed);
    Rebalance answer = plan(policy, topology, ranks, table, loads, budget);
    List<Integer> marked = Arrays.stream(answer.layerPriority()).boxed().toList();
    LayerProposal proposal = new LayerProposal(topology, ranks, budget);
    for (int layer = 0; layer < LAYERS; layer++) {
      proposal.load(layer, table, answer.newPlacement(), marked.contains(layer));
      assertNull(
          PlacementRules.standard().firstBreach(proposal),
          () -> topology + " " + ranks + " " + Arrays.toString(loads));
    }
  }

  @Property
  void whatAWorkerPlannedBeforeDoesNotChangeALayer(@ForAll RandomLoads kind, @ForAll long seed) {
    Random random = new Random(seed);
    EpTopology topology = UnequalRanks.hierarchicalTopology(random);
    EpRanks ranks = UnequalRanks.ranks(topology, random);
    double[] loads = kind.draw(LAYERS, topology.experts(), seed);
    Rebalance together = plan(new HierarchicalPolicy(), topology, ranks, loads);
    for (int layer = 0; layer < LAYERS; layer++) {
      double[] ofLayer =
          Arrays.copyOfRange(loads, layer * topology.experts(), (layer + 1) * topology.experts());
      Rebalance alone = plan(new HierarchicalPolicy(), topology, ranks, ofLayer);
      assertArrayEquals(row(alone, 0), row(together, layer));
    }
  }

  @Property
  void everyGroupIsOnOneNodeWhereItsNodesHaveTheirSlots(
      @ForAll RandomLoads kind, @ForAll long seed) {
    Random random = new Random(seed);
    EpTopology topology = UnequalRanks.hierarchicalTopology(random);
    EpRanks.Builder builder = EpRanks.builder(topology);
    for (int rank = 0; rank < topology.ranks(); rank++) {
      builder.speed(rank, Math.exp(random.nextGaussian()));
    }
    double[] loads = kind.draw(1, topology.experts(), seed);
    Rebalance answer = plan(new DefaultPolicy(), topology, builder.build(), loads);
    int[] nodeOf = new int[topology.expertGroups()];
    Arrays.fill(nodeOf, -1);
    int[] row = row(answer, 0);
    for (int slot = 0; slot < row.length; slot++) {
      int group = row[slot] / (topology.experts() / topology.expertGroups());
      int node = topology.nodeOf(slot / topology.slotsPerRank());
      assertTrue(
          nodeOf[group] == -1 || nodeOf[group] == node || answer.layerPriority().length == 0);
      nodeOf[group] = node;
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 2.0})
  void ranksThatAreEquallyFastAreNominalOnes(double speed) {
    EpRanks.Builder builder = EpRanks.builder(V3);
    for (int rank = 0; rank < V3.ranks(); rank++) {
      builder.speed(rank, speed);
    }
    double[] loads = RandomLoads.ZIPF.draw(LAYERS, V3.experts(), 4L);
    assertEquals(
        plan(new DefaultPolicy(), V3, EpRanks.nominal(V3), loads),
        plan(new DefaultPolicy(), V3, builder.build(), loads));
  }

  @Test
  void theUnitOfSpeedDoesNotMatter() {
    EpRanks ranks = EpRanks.builder(V3).speed(3, 0.5).speed(17, 1.5).build();
    EpRanks.Builder twice = ranks.toBuilder();
    for (int rank = 0; rank < V3.ranks(); rank++) {
      twice.speed(rank, 2 * ranks.speed(rank));
    }
    double[] loads = RandomLoads.LOGNORMAL.draw(LAYERS, V3.experts(), 4L);
    assertEquals(
        plan(new HierarchicalPolicy(), V3, ranks, loads).newPlacement(),
        plan(new HierarchicalPolicy(), V3, twice.build(), loads).newPlacement());
  }

  @Test
  void oneRankAtHalfSpeedCostsLittle() {
    for (EplbPolicy policy :
        List.of(new DefaultPolicy(), new GlobalPolicy(), new AscendDefaultPolicy())) {
      for (RandomLoads kind : List.of(RandomLoads.MILD, RandomLoads.LOGNORMAL)) {
        double[] loads = kind.draw(12, V3.experts(), 7L);
        double equal = meanPeakToAverage(policy, V3, EpRanks.nominal(V3), loads);
        double slow =
            meanPeakToAverage(policy, V3, EpRanks.builder(V3).speed(11, 0.5).build(), loads);
        assertTrue(slow <= 1.03 * equal, policy.name() + ", " + kind + ": " + slow + " > " + equal);
      }
    }
  }

  /** All placements of 6 experts on ranks with 3, 3 and 2 slots are tried. */
  @Test
  void smallGroupsComeCloseToTheBestPlacement() {
    EpTopology topology = EpTopology.of(6, 3, 1, 1, 3);
    for (RandomLoads kind : RandomLoads.values()) {
      double ours = 0.0;
      double best = 0.0;
      for (int seed = 0; seed < 40; seed++) {
        EpRanks ranks =
            EpRanks.builder(topology)
                .speed(seed % 3, 0.3 + 0.02 * seed)
                .usableSlots(seed / 3 % 3, 2)
                .build();
        double[] loads = kind.draw(1, topology.experts(), seed);
        if (Arrays.stream(loads).sum() > 0.0) {
          ours += meanPeakToAverage(new GlobalPolicy(), topology, ranks, loads);
          best += bestPeakToAverage(ranks, loads);
        }
      }
      assertTrue(ours <= 1.01 * best, kind + ": " + ours + " against " + best);
    }
  }

  private static double bestPeakToAverage(EpRanks ranks, double[] loads) {
    double best = Double.POSITIVE_INFINITY;
    for (int sets = 0; sets < 1 << 18; sets++) {
      int[] row = new int[9];
      Arrays.fill(row, Placement.EMPTY);
      int held = 0;
      boolean fits = true;
      for (int rank = 0; rank < 3 && fits; rank++) {
        int set = (sets >> (6 * rank)) & 63;
        fits = Integer.bitCount(set) == ranks.usableSlots(rank);
        held |= set;
        int slot = 3 * rank;
        for (int expert = 0; expert < 6 && fits; expert++) {
          if (((set >> expert) & 1) == 1) {
            row[slot++] = expert;
          }
        }
      }
      if (fits && held == 63) {
        best = Math.min(best, LayerBalance.of(row, loads, ranks).peakToAverage());
      }
    }
    return best;
  }

  @Test
  void aDeadRankHoldsNothingAndTheOthersShareItsLoadEvenly() {
    EpRanks ranks = EpRanks.builder(V3).usableSlots(11, 0).build();
    double[] loads = RandomLoads.LOGNORMAL.draw(12, V3.experts(), 7L);
    Rebalance answer = plan(new DefaultPolicy(), V3, ranks, loads);
    for (int slot = 11 * 9; slot < 12 * 9; slot++) {
      assertEquals(Placement.EMPTY, row(answer, 0)[slot]);
    }
    double dead = meanPeakToAverage(new DefaultPolicy(), V3, ranks, loads);
    assertTrue(dead <= 1.01, "PAR " + dead);
  }

  /** The 63 slots of node 1 cannot hold its two groups of 32 experts. */
  @Test
  void hierarchicalLetsTwoNodesShareTheirGroupsWhereOneHasTooFewSlots() {
    EpRanks ranks = EpRanks.builder(V3).usableSlots(11, 0).build();
    double[] loads = RandomLoads.LOGNORMAL.draw(1, V3.experts(), 7L);
    int[] row = row(plan(new HierarchicalPolicy(), V3, ranks, loads), 0);
    int[] nodesOfGroup = new int[V3.expertGroups()];
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] != Placement.EMPTY) {
        nodesOfGroup[row[slot] / 32] |= 1 << V3.nodeOf(slot / 9);
      }
    }
    int onOneNode = 0;
    for (int nodes : nodesOfGroup) {
      onOneNode += Integer.bitCount(nodes) == 1 ? 1 : 0;
      assertTrue(Integer.bitCount(nodes) <= 2);
    }
    assertTrue(onOneNode >= 4, Arrays.toString(nodesOfGroup));
  }

  @Test
  void anIdleLayerKeepsItsRow() {
    EpRanks ranks = EpRanks.builder(V3).usableSlots(11, 2).speed(3, 0.5).build();
    Rebalance answer = plan(new DefaultPolicy(), V3, ranks, new double[V3.experts()]);
    assertFalse(answer.changed());
    assertEquals(UnequalRanks.table(V3, ranks, 1).placement(), answer.newPlacement());
  }

  @Test
  void theExactReferenceIsRefusedWhereRanksDiffer() {
    EpRanks ranks = EpRanks.builder(V3).speed(3, 0.5).build();
    ExpertTable table = UnequalRanks.table(V3, ranks, 1);
    PolicyContext context =
        PolicyContext.builder(V3)
            .ranks(ranks)
            .options(
                PolicyOptions.parse(
                    new DefaultPolicy().options(), Map.of("exact-reference", "true")))
            .build();
    ExpertWorkload workload =
        ExpertWorkload.ofExpertLoads(table, RandomLoads.MILD.draw(1, V3.experts(), 1L));
    UnsupportedRequestException refused =
        assertThrows(
            UnsupportedRequestException.class,
            () -> new DefaultPolicy().rebalanceExperts(table, workload, context));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("ranks 0 and 3 have speeds 1.0 and 0.5; leave out"), message);
    assertTrue(message.contains("exact-reference"), message);
  }
}
