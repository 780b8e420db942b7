package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.load.Weighting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeSettingsTest {
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_001})
  void aFailureLimitOutOfRangeIsRefused(int limit) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class, () -> RuntimeSettings.defaults().withFailureLimit(limit));
    assertEquals(
        "the failure limit is " + limit + "; it must be between 1 and 1000", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_000_001})
  void aPatienceOutOfRangeIsRefused(int intervals) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> RuntimeSettings.defaults().withWatchdogIntervals(intervals));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("watchdog intervals is"));
  }

  @Test
  void oneSettingIsChangedAndTheOthersStay() {
    Weighting weighting = Weighting.last();
    RuntimeSettings changed = RuntimeSettings.defaults().withSeed(7).withWeighting(weighting);
    assertEquals(7, changed.seed());
    assertEquals(weighting, changed.weighting());
    assertEquals(RuntimeSettings.defaults().failureLimit(), changed.failureLimit());
    assertEquals(RuntimeSettings.defaults().benefit(), changed.benefit());
  }
}
