package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import org.junit.jupiter.api.Test;

class SampledLayersTest {
  @Test
  void aShortRecordingIsTakenWhole() {
    LoadRecording recording = recording(8, 10);
    assertEquals(recording, SampledLayers.read(LoadTrace.of(recording), 1));
  }

  @Test
  void ofALongOneSomeLayersAreTakenEvenlySpacedInAllWindows() {
    LoadRecording sampled = SampledLayers.read(LoadTrace.of(recording(320, 8)), 1);
    assertEquals(320, sampled.windows());
    assertEquals(4, sampled.layers());
    for (int window : new int[] {0, 319}) {
      for (int layer = 0; layer < 4; layer++) {
        assertEquals(100 * window + 2 * layer + 1, sampled.tokens(window, layer, 0));
        assertEquals(100 * window + 2 * layer + 1.5, sampled.tokens(window, layer, 1));
      }
    }
  }

  @Test
  void stepsCountByTheirWindows() {
    assertEquals(8, SampledLayers.read(LoadTrace.of(recording(320, 8)), 40).layers());
  }

  private static LoadRecording recording(int windows, int layers) {
    double[] tokens = new double[windows * layers * 2];
    for (int window = 0; window < windows; window++) {
      for (int layer = 0; layer < layers; layer++) {
        tokens[(window * layers + layer) * 2] = 100 * window + layer;
        tokens[(window * layers + layer) * 2 + 1] = 100 * window + layer + 0.5;
      }
    }
    return LoadRecording.of(windows, layers, 2, tokens);
  }
}
