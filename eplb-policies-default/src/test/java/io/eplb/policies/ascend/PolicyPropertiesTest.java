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
import io.eplb.policies.flashlb.FlashlbPolicy;
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
  /** Makes a new instance for every try, since one of the policies remembers earlier calls. */
  @Provide
  Arbitrary<EplbPolicy> policies() {
    return Arbitraries.<Supplier<EplbPolicy>>of(
            AscendDefaultPolicy::new,
            SwiftPolicy::new,
            FlashlbPolicy::new,
            RandomPolicy::new,
            StaticPolicy::new)
        .map(Supplier::get);
  }

  private static RandomShapes shape(long seed, boolean unequal) {
    return unequal ? RandomShapes.unequal(seed) : RandomShapes.of(seed);
  }

  @Property(tries = 6000)
  void everyAnswerObeysRulesP2ToP6(
      @ForAll("policies") EplbPolicy policy, @ForAll long seed, @ForAll boolean unequal) {
    Answer answer = Answer.of(policy, shape(seed, unequal), Map.of());
    assertEquals(List.of(), answer.breaches(), policy.name());
  }

  @Property(tries = 3000)
  void noPolicyButRandomMakesALayerWorse(
      @ForAll("policies") EplbPolicy policy, @ForAll long seed, @ForAll boolean unequal) {
    if (policy instanceof RandomPolicy) {
      return;
    }
    Answer answer = Answer.of(policy, shape(seed, unequal), Map.of());
    for (int layer = 0; layer < answer.table().layers(); layer++) {
      assertTrue(answer.parAfter(layer) <= answer.parBefore(layer) * (1 + 1e-12));
    }
  }

  @Property(tries = 1000)
  void equalInputGivesEqualAnswersInAnyOrderOfLayers(
      @ForAll("policies") EplbPolicy policy, @ForAll long seed, @ForAll boolean unequal) {
    RandomShapes shape = shape(seed, unequal);
    Answer first = Answer.of(policy, shape, Map.of());
    PolicyContext backwards =
        PolicyContext.builder(shape.topology())
            .ranks(shape.ranks())
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
  void swiftNeverNeedsALinkTwice(
      @ForAll long seed, @ForAll boolean intraNode, @ForAll boolean unequal) {
    Answer answer =
        Answer.of(
            new SwiftPolicy(),
            shape(seed, unequal),
            Map.of("intra-node", String.valueOf(intraNode), "transfer-price", "0.001"));
    int span = intraNode ? answer.topology().ranksPerNode() : answer.topology().ranks();
    for (int layer = 0; layer < answer.table().layers(); layer++) {
      assertTrue(
          Links.suffice(
              answer.currentRow(layer), answer.row(layer), answer.topology().slotsPerRank(), span),
          () -> Arrays.toString(answer.rebalance().layerPriority()));
    }
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
