package io.eplb.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void theKneeIsTheFewestFromWhichMoreSavesLessThanIsWorthwhile() {
    assertEquals(8, knee(point(0, 1.50), point(8, 1.12), point(16, 1.10), point(32, 1.08)));
  }

  @Test
  void aSteadyFallIsFollowedToItsEnd() {
    assertEquals(32, knee(point(0, 1.60), point(8, 1.40), point(16, 1.25), point(32, 1.00)));
  }

  @Test
  void aFlatCurveNeedsNoRedundancy() {
    assertEquals(0, knee(point(0, 1.10), point(8, 1.09), point(16, 1.08)));
  }

  @Test
  void aRisingCurveNeedsNoRedundancy() {
    assertEquals(0, knee(point(0, 50.0), point(8, 57.0), point(16, 63.0)));
  }

  @Test
  void aGainWithinNoiseIsNotWorthMemory() {
    assertEquals(
        0,
        Curve.of(
                List.of(
                    TrialOf.redundant(0, 0, true, 1.2, 1.8, 1.2, 1.8),
                    TrialOf.redundant(8, 0, true, 1.8, 1.0, 1.7, 1.1)),
                0.05)
            .knee()
            .candidate()
            .redundantExperts());
  }

  @Test
  void aCurveWithoutPointsIsRefused() {
    assertThrows(InvalidInputException.class, () -> Curve.of(List.of(), 0.05));
  }

  private static Trial point(int redundant, double cost) {
    return TrialOf.redundant(redundant, 1.0, true, cost, cost, cost);
  }

  private static int knee(Trial... points) {
    return Curve.of(List.of(points), 0.05).knee().candidate().redundantExperts();
  }
}
