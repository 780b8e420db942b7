package io.eplb.policies.ascend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EplbPolicy;
import io.eplb.api.LayerRunner;
import io.eplb.api.LayerTask;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOptions;
import io.eplb.api.Rebalance;
import io.eplb.policies.baseline.RandomPolicy;
import io.eplb.policies.baseline.StaticPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PolicyPropertiesTest {
  @Provide
  Arbitrary<EplbPolicy> policies() {
    return Arbitraries.of(
        new AscendDefaultPolicy(), new SwiftPolicy(), new RandomPolicy(), new StaticPolicy());
  }

  @Property(tries = 3000)
  void everyAnswerObeysRulesP2ToP6(@ForAll("policies") EplbPolicy policy, @ForAll long seed) {
    RandomShapes shape = RandomShapes.of(seed);
    Answer answer = answer(policy, shape, Map.of());
    assertEquals(List.of(), answer.breaches());
  }

  @Property(tries = 1500)
  void noPolicyButRandomMakesALayerWorse(@ForAll("policies") EplbPolicy policy, @ForAll long seed) {
    if (policy instanceof RandomPolicy) {
      return;
    }
    Answer answer = answer(policy, RandomShapes.of(seed), Map.of());
    for (int layer = 0; layer < answer.table().layers(); layer++) {
      assertTrue(answer.parAfter(layer) <= answer.parBefore(layer) * (1 + 1e-12));
    }
  }

  @Property(tries = 500)
  void equalInputGivesEqualAnswersInAnyOrderOfLayers(
      @ForAll("policies") EplbPolicy policy, @ForAll long seed) {
    RandomShapes shape = RandomShapes.of(seed);
    Answer first = answer(policy, shape, Map.of());
    PolicyContext backwards =
        PolicyContext.builder(shape.topology())
            .options(PolicyOptions.defaults(policy.options()))
            .migrationBudget(shape.budget())
            .layerRunner(new LastLayerFirst())
            .build();
    Rebalance second = policy.rebalanceExperts(shape.table(), shape.workload(), backwards);
    assertEquals(first.rebalance().changed(), second.changed());
    assertArrayEquals(first.rebalance().layerPriority(), second.layerPriority());
    assertEquals(first.rebalance().newPlacement(), second.newPlacement());
  }

  @Property(tries = 1500)
  void swiftNeverNeedsALinkTwice(@ForAll long seed, @ForAll boolean intraNode) {
    Answer answer =
        answer(
            new SwiftPolicy(),
            RandomShapes.of(seed),
            Map.of("intra-node", String.valueOf(intraNode), "transfer-price", "0.001"));
    int span = intraNode ? answer.topology().ranksPerNode() : answer.topology().ranks();
    for (int layer = 0; layer < answer.table().layers(); layer++) {
      assertTrue(
          Links.suffice(
              answer.currentRow(layer), answer.row(layer), answer.topology().slotsPerRank(), span),
          () -> Arrays.toString(answer.rebalance().layerPriority()));
    }
  }

  private static Answer answer(EplbPolicy policy, RandomShapes shape, Map<String, String> options) {
    return Answer.of(
        policy, shape.topology(), shape.table(), shape.workload(), shape.budget(), options);
  }

  /** Runs the layers in reverse order, on two scratches in turn. */
  private static final class LastLayerFirst implements LayerRunner {
    @Override
    public <S> void forEachLayer(
        int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
      List<S> scratches = List.of(newScratch.get(), newScratch.get());
      for (int layer = layers - 1; layer >= 0; layer--) {
        task.run(layer, scratches.get(layer % 2));
      }
    }
  }
}
