package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.migration.Place;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparedLayersTest {
  private final SimulatedMemory memory = new SimulatedMemory(2, 2, 2);
  private final PreparedLayers layers =
      new PreparedLayers(
          new EngineSlots(2, memory, (layer, slot, buffer) -> {}), 0, 1, Runnable::run);

  private static Preparation preparation(long epoch, int layer, Preparation.Receive... receives) {
    return new Preparation(
        epoch, 1, layer, new LayerRow(new int[] {0, 1, 2, 3}, null), List.of(receives), List.of());
  }

  @Test
  void aPreparationIsNotTakenForAnEarlierPlannersOfTheSameNumber() {
    layers.begin(1, 1);
    CompletableFuture<Void> first = layers.prepare(preparation(1, 0)).toCompletableFuture();
    PreparedLayers.promise(List.of(layers.of(0)));

    layers.begin(2, 1);
    CompletableFuture<Void> second =
        layers
            .prepare(preparation(2, 1, new Preparation.Receive(3, Place.slot(1, 1), 0)))
            .toCompletableFuture();

    assertFalse(first.isCompletedExceptionally());
    assertTrue(second.isCompletedExceptionally(), "this memory receives nothing");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, Integer.MAX_VALUE, -1})
  void aBufferThatTheRankDoesNotHaveIsRefusedBeforeAnythingIsTaken(int buffer) {
    layers.begin(1, 1);
    Preparation preparation =
        preparation(1, 0, new Preparation.Receive(3, Place.slot(1, 1), buffer));
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> layers.prepare(preparation));
    assertEquals(
        "rank 0 has buffers 0 to 1; %s names buffer %d".formatted(preparation, buffer),
        refused.getMessage());
    assertEquals(List.of(0, 1), layers.freeBuffers());
  }

  @Test
  void aRepeatedPreparationTakesNothingMore() {
    layers.begin(1, 1);
    Preparation preparation = preparation(1, 0);
    CompletableFuture<Void> first = layers.prepare(preparation).toCompletableFuture();

    assertTrue(first.isDone());
    assertTrue(layers.prepare(preparation).toCompletableFuture().isDone());
    assertEquals(List.of(0, 1), layers.freeBuffers());
  }
}
