package io.eplb.policies.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoadScaleTest {
  private static float[] narrow(double... loads) {
    float[] narrowed = new float[loads.length];
    assertTrue(LoadScale.narrow(loads, loads.length, narrowed));
    return narrowed;
  }

  @Test
  void ordinaryLoadsAreRoundedAndOtherwiseLeftAlone() {
    assertArrayEquals(new float[] {0f, 1f, 16_777_216f, 0.1f}, narrow(0, 1, 16_777_217, 0.1), 0f);
  }

  @Test
  void loadsBeyondTheRangeOfAFloatStayFiniteAndInProportion() {
    float[] narrowed = narrow(1e308, 5e307, 0);
    assertTrue(narrowed[0] < 0x1p66f && narrowed[0] > 0x1p63f);
    assertEquals(2f, narrowed[0] / narrowed[1], 1e-6f);
    assertEquals(0f, narrowed[2], 0f);
  }

  @Test
  void loadsBelowTheRangeOfAFloatDoNotVanish() {
    float[] narrowed = narrow(1e-310, 2e-310);
    assertTrue(narrowed[0] > 0f);
    assertEquals(2f, narrowed[1] / narrowed[0], 1e-6f);
    assertTrue(narrow(Double.MIN_VALUE)[0] > 0f);
  }

  @Test
  void noLoadAtAllIsReported() {
    float[] narrowed = {7f, 7f};
    assertFalse(LoadScale.narrow(new double[2], 2, narrowed));
    assertArrayEquals(new float[2], narrowed, 0f);
  }
}
