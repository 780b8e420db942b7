package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PolicyContextTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(2, 2, 1, 1, 1);

  @Test
  void hasDefaultsForEverythingButTheTopology() {
    PolicyContext context = PolicyContext.builder(TOPOLOGY).build();

    assertSame(TOPOLOGY, context.topology());
    assertEquals(0, context.seed());
    assertFalse(context.deadline().limited());
    assertEquals(MigrationBudget.UNLIMITED, context.migrationBudget());
    assertEquals(0, context.options().asMap().size());
  }

  @Test
  void carriesWhatItWasGiven() {
    PolicyOption<Long> moves = PolicyOption.integer("moves", 1, 0, 9, "D.");
    Deadline deadline = Deadline.in(Deadline.MAX);
    PolicyContext.Builder builder =
        PolicyContext.builder(TOPOLOGY)
            .seed(-7)
            .deadline(deadline)
            .options(PolicyOptions.defaults(List.of(moves)))
            .migrationBudget(MigrationBudget.of(3, 2));
    PolicyContext context = builder.build();
    builder.seed(1);

    assertEquals(-7, context.seed());
    assertSame(deadline, context.deadline());
    assertEquals(1, context.option(moves));
    assertEquals(MigrationBudget.of(3, 2), context.migrationBudget());
  }

  @Test
  void runsEveryLayerOnceWithOneScratchPerWorker() {
    AtomicInteger made = new AtomicInteger();
    List<Integer> layers = new ArrayList<>();
    PolicyContext context = PolicyContext.builder(TOPOLOGY).build();
    context.forEachLayer(3, made::incrementAndGet, (layer, scratch) -> layers.add(layer));
    context.forEachLayer(0, made::incrementAndGet, (layer, scratch) -> layers.add(-1));

    assertEquals(List.of(0, 1, 2), layers);
  }

  @Test
  void letsWhatATaskThrowsThrough() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                PolicyContext.builder(TOPOLOGY)
                    .build()
                    .forEachLayer(
                        3,
                        Object::new,
                        (layer, scratch) -> {
                          throw new IllegalStateException("layer " + layer);
                        }));
    assertEquals("layer 0", thrown.getMessage());
  }

  @Test
  void refusesNullsAndImpossibleLayerCounts() {
    PolicyContext context = PolicyContext.builder(TOPOLOGY).build();
    PolicyContext.Builder builder = PolicyContext.builder(TOPOLOGY);

    Refusal.says(() -> PolicyContext.builder(Refusal.nothing()), "topology is null");
    Refusal.says(() -> builder.options(Refusal.nothing()), "options is null");
    Refusal.says(() -> builder.deadline(Refusal.nothing()), "deadline is null");
    Refusal.says(() -> builder.migrationBudget(Refusal.nothing()), "budget is null");
    Refusal.says(() -> builder.layerRunner(Refusal.nothing()), "runner is null");
    Refusal.says(() -> context.forEachLayer(-1, Object::new, (l, s) -> {}), "layers is -1");
    Refusal.says(() -> context.forEachLayer(1, Refusal.nothing(), (l, s) -> {}), "scratch is null");
    Refusal.says(() -> context.forEachLayer(1, Object::new, Refusal.nothing()), "task is null");
    Refusal.says(
        () -> LayerRunner.sequential().forEachLayer(65_537, Object::new, (l, s) -> {}), "65537");
    Refusal.says(
        () -> context.forEachLayer(1, Refusal::nothing, (l, s) -> {}), "worker's scratch is null");
    Refusal.says(() -> MigrationBudget.of(-1, 0), "max moves per layer is -1");
    Refusal.says(() -> MigrationBudget.of(0, MigrationBudget.MAX + 1), "max moves per rank");
    assertTrue(MigrationBudget.FREE.unlimited());
    assertFalse(MigrationBudget.of(0, 1).unlimited());
  }
}
