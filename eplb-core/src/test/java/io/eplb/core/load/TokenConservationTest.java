package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TokenConservationTest {
  @Test
  void aLayerThatLostTokensIsNamed() {
    TokenConservation conservation = new TokenConservation(3, 2);
    conservation.check(new double[] {4, 4, 1, 7, 8, 0});
    conservation.check(new double[] {4, 4, 1, 6, 8, 0});
    assertEquals(2, conservation.judgedWindows());
    assertEquals(1, conservation.breaches());
    assertEquals(
        new TokenConservation.Breach(1, 1, 7, 8), conservation.firstBreach().orElseThrow());
  }

  @Test
  void averagesAndRecordingsOfUnequalLayersAreNotJudged() {
    TokenConservation conservation = new TokenConservation(2, 2);
    conservation.check(new double[] {1, 2, 3, 4});
    conservation.check(new double[] {0.5, 1.5, 1, 1});
    assertEquals(0, conservation.judgedWindows());
    assertEquals(0, conservation.breaches());
  }

  @Property(tries = 100)
  void whatMovesBetweenExpertsOfALayerIsNoBreach(
      @ForAll @IntRange(min = 0, max = 100) int moved,
      @ForAll @IntRange(min = 1, max = 50) int lost) {
    TokenConservation conservation = new TokenConservation(3, 2);
    conservation.check(new double[] {100, 100, 100 + moved, 100 - moved, 100 - moved, 100 + moved});
    assertEquals(0, conservation.breaches());
    conservation.check(new double[] {100, 100, 100, 100, 100, 100 - lost});
    assertEquals(1, conservation.breaches());
  }
}
