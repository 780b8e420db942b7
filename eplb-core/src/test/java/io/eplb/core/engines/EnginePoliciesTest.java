package io.eplb.core.engines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerBalance;
import io.eplb.api.LayerEnd;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The SPI offers all that the policies of vLLM, vLLM-Ascend and SGLang are given. */
class EnginePoliciesTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(6, 4, 2, 1, 2);
  private static final int LAYERS = 2;

  /** Windows × layers × experts. */
  private static final double[] LOADS = {
    10, 20, 30, 40, 50, 60, 1, 1, 1, 1, 1, 95,
    20, 20, 20, 20, 20, 60, 2, 2, 2, 2, 2, 90,
  };

  /**
   * vLLM's {@code AbstractEplbPolicy.rebalance_experts}: loads by layer and expert in whole tokens,
   * counts, and the current physical-to-logical map; the answer is the next one.
   */
  private static final class VllmStyle implements EplbPolicy {
    @Override
    public String name() {
      return "vllm-style";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      EpTopology topology = context.topology();
      long[][] weight = new long[table.layers()][topology.experts()];
      int[][] old = new int[table.layers()][topology.physicalExperts()];
      double[] loads = new double[topology.experts()];
      for (int layer = 0; layer < table.layers(); layer++) {
        workload.expertLoads(table, layer, loads, 0);
        weight[layer] = Arrays.stream(loads).mapToLong(Math::round).toArray();
        table.copyLayer(layer, old[layer], 0);
      }
      int[][] next =
          rebalance(
              weight,
              topology.physicalExperts(),
              topology.expertGroups(),
              topology.nodes(),
              topology.ranks(),
              old);
      Placement.Builder placement = Placement.builder(table);
      for (int layer = 0; layer < next.length; layer++) {
        placement.setLayer(layer, next[layer], 0);
      }
      return Rebalance.of(true, IntStream.range(0, table.layers()).toArray(), placement.build());
    }

    /** The engine's own signature. */
    private static int[][] rebalance(
        long[][] weight, int numReplicas, int numGroups, int numNodes, int numRanks, int[][] old) {
      assertArrayEquals(new long[] {30, 40, 50, 60, 70, 120}, weight[0]);
      assertArrayEquals(new long[] {3, 3, 3, 3, 3, 185}, weight[1]);
      assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 0, 1}, old[0]);
      assertEquals(1, numGroups);
      assertEquals(2, numNodes);
      int[] usable = new int[numRanks];
      double[] speeds = new double[numRanks];
      Arrays.fill(usable, numReplicas / numRanks);
      Arrays.fill(speeds, 1.0);
      return Arrays.stream(weight)
          .map(
              layer ->
                  Greedy.place(
                      Arrays.stream(layer).asDoubleStream().toArray(),
                      numReplicas / numRanks,
                      usable,
                      speeds))
          .toArray(int[][]::new);
    }
  }

  /**
   * The policy of vLLM's proposal #49700: loads of the last samples as they were measured, oldest
   * first, and the current map; what it remembers advances only when a layer is committed.
   */
  private static final class CommitAwareStyle implements EplbPolicy {
    private final Map<Integer, Double> achieved = new TreeMap<>();
    private final Map<Integer, Double> planned = new TreeMap<>();
    private final Set<Long> samples = new TreeSet<>();

    @Override
    public String name() {
      return "commit-aware-style";
    }

    @Override
    public PolicyTraits traits() {
      return PolicyTraits.builder().stateful(true).build();
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      for (int window = 0; window < workload.windows(); window++) {
        assertTrue(samples.add(workload.windowId(window)) || window < workload.windows() - 1);
      }
      planned.clear();
      Placement.Builder placement = Placement.builder(table);
      double[] latest = new double[table.experts()];
      int[] usable = new int[table.ranks()];
      double[] speeds = new double[table.ranks()];
      context.ranks().copyUsableSlots(usable, 0);
      context.ranks().copySpeeds(speeds, 0);
      for (int layer = 0; layer < table.layers(); layer++) {
        workload.measuredExpertLoads(table, layer, workload.windows() - 1, latest, 0);
        int[] row = Greedy.place(latest, table.slotsPerRank(), usable, speeds);
        placement.setLayer(layer, row, 0);
        planned.put(layer, LayerBalance.of(row, latest, table.ranks()).peakToAverage());
      }
      return Rebalance.of(true, IntStream.range(0, table.layers()).toArray(), placement.build());
    }

    /** The engine calls it {@code on_layer_committed}. */
    @Override
    public void layerEnded(LayerEnd end) {
      Double reached = planned.get(end.layer());
      if (end.outcome() == LayerEnd.Outcome.COMMITTED && reached != null) {
        achieved.put(end.layer(), reached);
      }
    }
  }

  /**
   * vLLM-Ascend's {@code rebalance_experts(current_expert_table, expert_workload)} with time steps:
   * both by layer, rank and slot; the answer is whether to change, the order of layers, and the new
   * table.
   */
  private static final class AscendStyle implements EplbPolicy {
    @Override
    public String name() {
      return "ascend-style";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      assertTrue(workload.measuredPerSlot());
      int slots = table.physicalExperts();
      double[][][] steps = new double[workload.windows()][table.layers()][slots];
      double[] gains = new double[table.layers()];
      Placement.Builder placement = Placement.builder(table);
      for (int layer = 0; layer < table.layers(); layer++) {
        double[] byExpert = new double[table.experts()];
        for (int window = 0; window < workload.windows(); window++) {
          workload.copyLayer(window, layer, steps[window][layer], 0);
          for (int physical = 0; physical < slots; physical++) {
            int expert =
                table.expertAt(
                    layer, physical / table.slotsPerRank(), physical % table.slotsPerRank());
            byExpert[expert] += steps[window][layer][physical];
          }
        }
        int[] usable = new int[table.ranks()];
        double[] speeds = new double[table.ranks()];
        context.ranks().copyUsableSlots(usable, 0);
        context.ranks().copySpeeds(speeds, 0);
        int[] row = Greedy.place(byExpert, table.slotsPerRank(), usable, speeds);
        gains[layer] =
            LayerBalance.of(table, layer, byExpert).peak()
                - LayerBalance.of(row, byExpert, table.ranks()).peak();
        placement.setLayer(layer, row, 0);
      }
      assertEquals(7.0, steps[1][0][3]);
      int[] priority =
          IntStream.range(0, gains.length)
              .boxed()
              .sorted((one, other) -> Double.compare(gains[other], gains[one]))
              .mapToInt(Integer::intValue)
              .toArray();
      return Rebalance.of(true, priority, placement.build());
    }
  }

  /**
   * SGLang's {@code elasticity_aware}: tokens by step, layer and expert, and a mask of the ranks
   * that are active; slots of the others stay without an expert.
   */
  private static final class ElasticityAwareStyle implements EplbPolicy {
    @Override
    public String name() {
      return "elasticity-aware-style";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      EpTopology topology = context.topology();
      int[] activeRanks = new int[topology.ranks()];
      for (int rank = 0; rank < activeRanks.length; rank++) {
        activeRanks[rank] = context.ranks().living(rank) ? 1 : 0;
      }
      assertArrayEquals(new int[] {1, 0, 1, 1}, activeRanks);
      int[] usable =
          Arrays.stream(activeRanks).map(active -> active * topology.slotsPerRank()).toArray();
      double[] speeds = new double[topology.ranks()];
      Arrays.fill(speeds, 1.0);
      Placement.Builder placement = Placement.builder(table);
      double[] tokensPerExpert = new double[topology.experts()];
      for (int layer = 0; layer < table.layers(); layer++) {
        double[] sum = new double[topology.experts()];
        for (int step = 0; step < workload.windows(); step++) {
          workload.measuredExpertLoads(table, layer, step, tokensPerExpert, 0);
          for (int expert = 0; expert < sum.length; expert++) {
            sum[expert] += tokensPerExpert[expert];
          }
        }
        placement.setLayer(layer, Greedy.place(sum, topology.slotsPerRank(), usable, speeds), 0);
      }
      return Rebalance.of(true, IntStream.range(0, table.layers()).toArray(), placement.build());
    }
  }

  /** A placement weighted by the speed of each rank. */
  private static final class SpeedWeightedStyle implements EplbPolicy {
    @Override
    public String name() {
      return "speed-weighted-style";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      double[] speeds = new double[table.ranks()];
      int[] usable = new int[table.ranks()];
      context.ranks().copySpeeds(speeds, 0);
      context.ranks().copyUsableSlots(usable, 0);
      double[] loads = new double[table.experts()];
      Placement.Builder placement = Placement.builder(table);
      for (int layer = 0; layer < table.layers(); layer++) {
        workload.expertLoads(table, layer, loads, 0);
        placement.setLayer(layer, Greedy.place(loads, table.slotsPerRank(), usable, speeds), 0);
      }
      return Rebalance.of(true, IntStream.range(0, table.layers()).toArray(), placement.build());
    }
  }

  @Test
  void whatVllmGivesAPolicyIsThere() {
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    PlanOutcome outcome =
        plan(
            new VllmStyle(),
            PlanRequest.builder(table, ExpertWorkload.ofExpertLoads(table, 2, LOADS), TOPOLOGY)
                .build());
    assertAccepted(outcome);
  }

  @Test
  void whatVllmProposesToTellAPolicyIsThere() {
    CommitAwareStyle instance = new CommitAwareStyle();
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    ExpertWorkload both = ExpertWorkload.ofExpertLoads(table, 2, LOADS).withWindowIds(7);
    try (GuardedPolicy policy = new GuardedPolicy(() -> instance, ContractSettings.defaults())) {
      PlanOutcome outcome = policy.plan(PlanRequest.builder(table, both, TOPOLOGY).build());
      assertAccepted(outcome);
      policy.layersEnded(
          outcome,
          List.of(
              LayerEnd.of(0, LayerEnd.Outcome.ABORTED, 0),
              LayerEnd.of(1, LayerEnd.Outcome.COMMITTED, 1)));
      PlanOutcome next =
          policy.plan(PlanRequest.builder(table, both.withWindowIds(8), TOPOLOGY).build());
      assertAccepted(next);
    }
    assertEquals(Set.of(1), instance.achieved.keySet());
    assertEquals(Set.of(7L, 8L, 9L), instance.samples);
  }

  @Test
  void whatVllmAscendGivesAPolicyIsThere() {
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    double[] tokens = IntStream.range(0, 3 * LAYERS * 8).mapToDouble(at -> at % 12).toArray();
    PlanOutcome outcome =
        plan(
            new AscendStyle(),
            PlanRequest.builder(table, ExpertWorkload.of(0, 3, LAYERS, 4, 2, tokens), TOPOLOGY)
                .build());
    assertAccepted(outcome);
  }

  @Test
  void whatSglangGivesAnElasticPolicyIsThere() {
    Placement repaired =
        Placement.of(2, 4, 2, new int[] {0, 1, -1, -1, 4, 5, 2, 3, 0, 1, -1, -1, 4, 5, 2, 3});
    ExpertTable table = ExpertTable.of(0, 6, repaired);
    EpRanks ranks = EpRanks.of(TOPOLOGY, table);
    PlanOutcome outcome =
        plan(
            new ElasticityAwareStyle(),
            PlanRequest.builder(table, ExpertWorkload.ofExpertLoads(table, 2, LOADS), TOPOLOGY)
                .ranks(ranks)
                .build());
    assertAccepted(outcome);
    ranks.requireFits(outcome.table());
  }

  @Test
  void whatASpeedWeightedPlacementNeedsIsThere() {
    ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
    EpRanks ranks = EpRanks.builder(TOPOLOGY).speed(2, 0.25).build();
    PlanOutcome outcome =
        plan(
            new SpeedWeightedStyle(),
            PlanRequest.builder(table, ExpertWorkload.ofExpertLoads(table, 2, LOADS), TOPOLOGY)
                .ranks(ranks)
                .build());
    assertAccepted(outcome);
    double[] loads = {30, 40, 50, 60, 70, 120};
    assertTrue(
        LayerBalance.of(outcome.table(), 0, loads, ranks).peakToAverage()
            < LayerBalance.of(table, 0, loads, ranks).peakToAverage());
  }

  private static PlanOutcome plan(EplbPolicy instance, PlanRequest request) {
    try (GuardedPolicy policy = new GuardedPolicy(() -> instance, ContractSettings.defaults())) {
      return policy.plan(request);
    }
  }

  private static void assertAccepted(PlanOutcome outcome) {
    assertTrue(outcome.failure().isEmpty(), outcome::toString);
    assertTrue(outcome.rejectedLayers().isEmpty(), outcome::toString);
    assertTrue(outcome.changed(), outcome::toString);
  }
}
