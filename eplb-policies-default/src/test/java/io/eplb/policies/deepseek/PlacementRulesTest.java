package io.eplb.policies.deepseek;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.LayerRunner;
import io.eplb.api.MigrationBudget;
import io.eplb.api.contract.LayerProposal;
import io.eplb.api.contract.PlacementRules;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The guarantees of every policy of the family (rules P1 to P7), over random shapes and loads. */
class PlacementRulesTest {
  private static final int LAYERS = 3;

  @Provide
  Arbitrary<EplbPolicy> policies() {
    return Arbitraries.of(new DefaultPolicy(), new GlobalPolicy(), new HierarchicalPolicy());
  }

  @Provide
  Arbitrary<EpTopology> topologies() {
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 4);
    return Combinators.combine(
            small,
            small,
            small,
            Arbitraries.integers().between(1, 8),
            Arbitraries.integers().between(0, 3))
        .as(
            (nodes, ranksPerNode, groups, expertsPerGroup, spare) -> {
              int experts = groups * expertsPerGroup;
              int ranks = nodes * ranksPerNode;
              int slots = (experts + ranks - 1) / ranks + spare;
              return EpTopology.of(experts, ranks, nodes, groups, slots);
            });
  }

  @Property
  void p1ToP5HoldInEveryLayer(
      @ForAll("policies") EplbPolicy policy,
      @ForAll("topologies") EpTopology topology,
      @ForAll RandomLoads kind,
      @ForAll long seed) {
    Assume.that(topology.hierarchical() || !(policy instanceof HierarchicalPolicy));
    Planned planned = Planned.by(policy, topology, kind.draw(LAYERS, topology.experts(), seed));
    assertEquals(LAYERS, planned.answer.newPlacement().layers());
    List<Integer> marked = Arrays.stream(planned.answer.layerPriority()).boxed().toList();
    assertEquals(!marked.isEmpty(), planned.answer.changed());
    LayerProposal proposal = new LayerProposal(topology, MigrationBudget.UNLIMITED);
    for (int layer = 0; layer < LAYERS; layer++) {
      proposal.load(layer, planned.current, planned.answer.newPlacement(), marked.contains(layer));
      assertNull(PlacementRules.standard().firstBreach(proposal));
    }
  }

  @Property
  void p7TheSameInputGivesTheSameAnswerOnOneThreadAndOnTwo(
      @ForAll("topologies") EpTopology topology, @ForAll RandomLoads kind, @ForAll long seed) {
    double[] loads = kind.draw(8, topology.experts(), seed);
    DefaultPolicy policy = new DefaultPolicy();
    Planned one = Planned.by(policy, topology, loads, Map.of(), LayerRunner.sequential());
    try (TwoThreadRunner runner = new TwoThreadRunner()) {
      Planned two = Planned.by(policy, topology, loads, Map.of(), runner);
      assertEquals(one.answer.newPlacement(), two.answer.newPlacement());
      assertArrayEquals(one.answer.layerPriority(), two.answer.layerPriority());
    }
  }

  @Property
  void whatAWorkerPlannedBeforeDoesNotChangeALayer(
      @ForAll("topologies") EpTopology topology, @ForAll RandomLoads kind, @ForAll long seed) {
    double[] loads = kind.draw(4, topology.experts(), seed);
    Planned together = Planned.by(new DefaultPolicy(), topology, loads);
    for (int layer = 0; layer < 4; layer++) {
      Planned alone = Planned.by(new DefaultPolicy(), topology, together.loads(layer));
      assertArrayEquals(alone.row(0), together.row(layer));
    }
  }
}
