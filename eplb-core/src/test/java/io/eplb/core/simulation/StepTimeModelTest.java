package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import org.junit.jupiter.api.Test;

class StepTimeModelTest {
  @Test
  void tokensAndExpertsTakeLongerOnASlowRankButTheFixedPartDoesNot() {
    StepTimeModel model = new StepTimeModel(20, 0.01, 6);
    assertEquals(54.0, model.micros(400, 5, 1.0), 1e-12);
    assertEquals(88.0, model.micros(400, 5, 0.5), 1e-12);
    assertEquals(20.0, model.micros(0, 0, 0.5), 1e-12);
  }

  @Test
  void partsOutOfRangeAreNamed() {
    assertRefused("the fixed part of a step's time is -1.0", -1, 0, 0);
    assertRefused("the part per token of a step's time is NaN", 0, Double.NaN, 0);
    assertRefused("the part per expert of a step's time is Infinity", 0, 0, 1.0 / 0.0);
    assertRefused("from 0 to 1000000 microseconds", 0, 1_000_001, 0);
    assertRefused("all parts of a step's time are 0", 0, 0, 0);
  }

  private static void assertRefused(String words, double fixed, double perToken, double perExpert) {
    String message =
        String.valueOf(
            assertThrows(
                    InvalidInputException.class,
                    () -> new StepTimeModel(fixed, perToken, perExpert))
                .getMessage());
    assertTrue(message.contains(words), message);
  }
}
