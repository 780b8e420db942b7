package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import org.junit.jupiter.api.Test;

class LayerIdsTest {
  @Test
  void idsMayLeaveGaps() {
    LayerIds ids = LayerIds.of(new int[] {1, 3, 5});
    assertEquals(5, ids.id(2));
    assertFalse(ids.fromZero());
    assertEquals("3 layers from 1 to 5", ids.toString());
  }

  @Test
  void idsFromZeroSayNothing() {
    assertTrue(LayerIds.from(0, 3).fromZero());
    assertEquals(LayerIds.of(new int[] {0, 1, 2}), LayerIds.from(0, 3));
    assertFalse(LayerIds.from(3, 3).fromZero());
  }

  @Test
  void idsThatDoNotAscendAreRefused() {
    for (int[] wrong : new int[][] {{1, 1}, {2, 1}, {-1}, {LayerIds.MAX_ID + 1}, {}}) {
      assertThrows(InvalidInputException.class, () -> LayerIds.of(wrong));
    }
  }

  @Test
  void aRecordingHasAnIdPerLayer() {
    LoadRecording recording = LoadRecording.of(1, 2, 1, new double[] {1, 2});
    assertEquals(LayerIds.from(0, 2), recording.layerIds());
    assertEquals(LayerIds.from(3, 2), recording.withLayerIds(LayerIds.from(3, 2)).layerIds());
    assertThrows(InvalidInputException.class, () -> recording.withLayerIds(LayerIds.from(3, 3)));
  }
}
