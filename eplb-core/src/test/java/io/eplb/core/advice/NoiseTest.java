package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final Comparator<Trial> FEWEST_MOVES = Comparator.comparing(Trial::movedLater);

  @Test
  void aSmallDifferenceInEveryWindowCountsThoughTheWindowsAreFarApart() {
    Trial low = TrialOf.costs(1.20, 1.60, 2.20, 1.30);
    Trial high = TrialOf.costs(1.22, 1.62, 2.22, 1.32);
    assertTrue(Noise.below(low, high));
    assertFalse(Noise.below(high, low));
  }

  @Test
  void aDifferenceThatChangesItsSignIsNoise() {
    assertFalse(Noise.below(TrialOf.costs(1.1, 1.3, 1.1, 1.3), TrialOf.costs(1.3, 1.1, 1.3, 1.15)));
  }

  @Test
  void aTrifleIsNoiseHoweverSteady() {
    assertFalse(Noise.below(TrialOf.costs(1.200, 1.300), TrialOf.costs(1.204, 1.304)));
  }

  @Test
  void nothingIsBelowItself() {
    Trial trial = TrialOf.costs(1.0, 1.0);
    assertFalse(Noise.below(trial, trial));
  }

  @Test
  void ofEqualCandidatesTheCheapestIsChosenAndNotTheBest() {
    Trial best = TrialOf.redundant(1, 50.0, true, 1.10, 1.30, 1.20);
    Trial cheap = TrialOf.redundant(2, 2.0, true, 1.12, 1.28, 1.21);
    Trial worse = TrialOf.redundant(3, 0.0, true, 1.60, 1.80, 1.70);
    assertEquals(cheap, Noise.choose(List.of(worse, best, cheap), FEWEST_MOVES));
  }

  @Test
  void ofEquallyCheapCandidatesTheBestIsChosen() {
    Trial best = TrialOf.redundant(1, 2.0, true, 1.10, 1.30);
    Trial other = TrialOf.redundant(2, 2.0, true, 1.12, 1.30);
    assertEquals(best, Noise.choose(List.of(other, best), FEWEST_MOVES));
  }
}
