package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.MigrationBudget;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import io.eplb.api.contract.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Answers at random, legal and not, on ranks at random. */
class AcceptedAnswerPropertiesTest {
  private static final int LAYERS = 4;
  private static final PlacementRules RULES = PlacementRules.standard().without(Rule.P4);

  private final List<LayerEnd> ends = new ArrayList<>();
  private Rebalance answer = Rebalance.unchanged(Scenario.CURRENT);

  /** Gives the answer that the test has prepared. */
  private final class Prepared implements EplbPolicy {
    @Override
    public String name() {
      return "prepared";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable current, ExpertWorkload workload, PolicyContext context) {
      return answer;
    }

    @Override
    public void layerEnded(LayerEnd layerEnd) {
      ends.add(layerEnd);
    }
  }

  @Property(tries = 150)
  void whatIsSaidOfAReplicaStaysWithItAndEveryMarkedLayerEndsOnce(
      @ForAll @IntRange(min = 2, max = 4) int ranks,
      @ForAll @IntRange(min = 1, max = 4) int slots,
      @ForAll long seed) {
    Random random = new Random(seed);
    EpRanks known = ranks(ranks, slots, random);
    int experts = 1 + random.nextInt(known.physicalUsable());
    EpTopology topology = EpTopology.of(experts, ranks, 1, 1, slots);
    ExpertTable current = table(experts, known, random);
    ExpertTable proposed = table(experts, known, random);
    List<Integer> marked = new ArrayList<>(List.of(0, 1, 2, 3));
    Collections.shuffle(marked, random);
    int[] priority =
        marked.stream().limit(1 + random.nextInt(LAYERS)).mapToInt(Integer::intValue).toArray();
    Placement.Builder rows = Placement.builder(current);
    int[] row = new int[ranks * slots];
    for (int layer : priority) {
      (random.nextInt(3) == 0 ? current : proposed).copyLayer(layer, row, 0);
      if (random.nextInt(4) == 0) {
        row[random.nextInt(row.length)] = experts; // Breaks P2 and rejects the layer.
      }
      rows.setLayer(layer, row, 0);
    }
    Placement placement = rows.build();
    Rebalance.Builder builder = Rebalance.builder(priority, placement);
    for (int layer : priority) {
      builder.shares(layer, shares(placement, layer, experts, random), 0);
    }
    answer = builder.build();
    ends.clear();
    PlanOutcome outcome;
    try (GuardedPolicy policy =
        new GuardedPolicy(
            Prepared::new, ContractSettings.defaults().withProcessors(1).withRules(RULES))) {
      outcome =
          policy.plan(
              PlanRequest.builder(
                      current,
                      ExpertWorkload.ofExpertLoads(current, new double[LAYERS * experts]),
                      topology)
                  .ranks(known)
                  .build());
      policy.committed(outcome);
    }
    known.requireFits(outcome.table());
    LayerProposal judged = new LayerProposal(topology, known, MigrationBudget.UNLIMITED);
    for (int layer : outcome.answer().layerPriority()) {
      assertEquals(byReplica(answer, layer, slots), byReplica(outcome.answer(), layer, slots));
      judged.load(layer, current, outcome.answer(), true);
      assertNull(RULES.firstBreach(judged));
    }
    assertEquals(
        priority.length, outcome.answer().layerPriority().length + outcome.rejectedLayers().size());
    assertEquals(priority.length, ends.size());
    assertEquals(priority.length, ends.stream().map(LayerEnd::layer).distinct().count());
    assertEquals(
        outcome.rejectedLayers().size(),
        ends.stream().filter(ended -> ended.outcome() == LayerEnd.Outcome.REJECTED).count());
  }

  /** Ranks of which the first can use all of its slots. */
  private static EpRanks ranks(int ranks, int slots, Random random) {
    EpRanks.Builder builder = EpRanks.builder(EpTopology.of(1, ranks, 1, 1, slots));
    for (int rank = 1; rank < ranks; rank++) {
      builder.usableSlots(rank, random.nextInt(slots + 1));
    }
    return builder.build();
  }

  private static ExpertTable table(int experts, EpRanks known, Random random) {
    Placement.Builder builder = Placement.builder(LAYERS, known.ranks(), known.slotsPerRank());
    for (int layer = 0; layer < LAYERS; layer++) {
      List<Integer> held = new ArrayList<>();
      for (int slot = 0; slot < known.physicalUsable(); slot++) {
        held.add(slot < experts ? slot : random.nextInt(experts));
      }
      Collections.shuffle(held, random);
      int next = 0;
      for (int rank = 0; rank < known.ranks(); rank++) {
        for (int slot = 0; slot < known.usableSlots(rank); slot++) {
          builder.set(layer, rank, slot, held.get(next++));
        }
      }
    }
    return ExpertTable.of(3, experts, builder.build());
  }

  /** Shares at random that sum to 1 for every expert. */
  private static double[] shares(Placement placement, int layer, int experts, Random random) {
    int[] row = new int[placement.physicalExperts()];
    placement.copyLayer(layer, row, 0);
    double[] shares = new double[row.length];
    double[] sums = new double[experts + 1];
    for (int slot = 0; slot < row.length; slot++) {
      if (row[slot] != Placement.EMPTY) {
        shares[slot] = 0.1 + random.nextDouble();
        sums[row[slot]] += shares[slot];
      }
    }
    for (int slot = 0; slot < row.length; slot++) {
      shares[slot] = row[slot] == Placement.EMPTY ? 0.0 : shares[slot] / sums[row[slot]];
    }
    return shares;
  }

  /** Returns the shares of a layer by rank and expert, ascending. */
  private static Map<String, List<Double>> byReplica(Rebalance answer, int layer, int slots) {
    int[] row = new int[answer.newPlacement().physicalExperts()];
    double[] shares = new double[row.length];
    answer.newPlacement().copyLayer(layer, row, 0);
    answer.copyShares(layer, shares, 0);
    Map<String, List<Double>> byReplica = new TreeMap<>();
    for (int slot = 0; slot < row.length; slot++) {
      byReplica
          .computeIfAbsent(slot / slots + " " + row[slot], place -> new ArrayList<>())
          .add(shares[slot]);
    }
    byReplica.values().forEach(Collections::sort);
    return byReplica;
  }
}
