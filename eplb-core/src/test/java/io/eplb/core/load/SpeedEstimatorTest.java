package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SpeedEstimatorTest {
  private static final int RANKS = 8;
  private static final EpTopology TOPOLOGY = EpTopology.of(16, RANKS, 1, 1, 2);

  private static SpeedEstimator estimator() {
    return new SpeedEstimator(TOPOLOGY, SpeedSettings.DEFAULT);
  }

  /** Adds windows in which each rank takes the time of its tokens and speed, give or take noise. */
  private static void serve(
      SpeedEstimator estimator, Random random, int windows, double noise, double... speeds) {
    for (int window = 0; window < windows; window++) {
      double[] tokens = new double[RANKS];
      double[] seconds = new double[RANKS];
      for (int rank = 0; rank < RANKS; rank++) {
        tokens[rank] = 1_000 + random.nextInt(4_000);
        double factor = 1.0 + noise * (2 * random.nextDouble() - 1);
        seconds[rank] = tokens[rank] / speeds[rank] * 1e-6 * factor;
      }
      estimator.add(tokens, seconds);
    }
  }

  @Property(tries = 200)
  void speedsConvergeToTheTruthUnderNoise(
      @ForAll @DoubleRange(min = 0.3, max = 3.0) double odd, @ForAll long seed) {
    SpeedEstimator estimator = estimator();
    serve(estimator, new Random(seed), 40, 0.05, 1, 1, odd, 1, 1, 1, 1, 1);
    // The dead zone, the hysteresis and what the median leaves of the noise.
    assertEquals(odd, estimator.speed(2), 0.12 * Math.max(1.0, odd));
    assertEquals(1.0, estimator.speed(0), 0.12);
  }

  @Property(tries = 200)
  void equalRanksStayExactlyAtOne(@ForAll long seed) {
    SpeedEstimator estimator = estimator();
    Random random = new Random(seed);
    for (int window = 0; window < 60; window++) {
      serve(estimator, random, 1, 0.03, 1, 1, 1, 1, 1, 1, 1, 1);
      for (int rank = 0; rank < RANKS; rank++) {
        assertEquals(1.0, estimator.speed(rank));
      }
    }
    assertTrue(estimator.applyTo(EpRanks.nominal(TOPOLOGY)).nominal());
  }

  @Property(tries = 200)
  void speedsStayInTheirBoundsAndChangeInSteps(@ForAll long seed) {
    SpeedEstimator estimator = estimator();
    Random random = new Random(seed);
    for (int window = 0; window < 60; window++) {
      double[] before = new double[RANKS];
      double[] tokens = new double[RANKS];
      double[] seconds = new double[RANKS];
      for (int rank = 0; rank < RANKS; rank++) {
        before[rank] = estimator.speed(rank);
        tokens[rank] = Math.exp(1_000 * random.nextDouble() - 500);
        seconds[rank] = Math.exp(700 * random.nextDouble() - 690);
      }
      estimator.add(tokens, seconds);
      for (int rank = 0; rank < RANKS; rank++) {
        double now = estimator.speed(rank);
        assertTrue(now >= 0.1 && now <= 10.0, () -> "speed " + now);
        double change = now / before[rank];
        assertTrue(change <= 1.5 * (1 + 1e-12) && change >= 1 / 1.5 / (1 + 1e-12));
      }
    }
  }

  @Test
  void oneDisturbedWindowChangesNothing() {
    SpeedEstimator estimator = estimator();
    Random random = new Random(1);
    serve(estimator, random, 10, 0.02, 1, 1, 1, 1, 1, 1, 1, 1);
    serve(estimator, random, 1, 0.0, 1, 0.01, 1, 1, 1, 1, 1, 1);
    assertEquals(1.0, estimator.speed(1));
  }

  @Test
  void aRankThatIsWellAgainComesBackToExactlyOne() {
    SpeedEstimator estimator = estimator();
    Random random = new Random(1);
    serve(estimator, random, 30, 0.02, 1, 0.5, 1, 1, 1, 1, 1, 1);
    assertEquals(0.5, estimator.speed(1), 0.03);
    serve(estimator, random, 30, 0.02, 1, 1, 1, 1, 1, 1, 1, 1);
    assertEquals(1.0, estimator.speed(1));
  }

  @Test
  void ranksWithoutTimeOrTokensHaveNoPart() {
    SpeedEstimator estimator = new SpeedEstimator(EpTopology.of(4, 4, 1, 1, 1), oneWindow());
    estimator.add(new double[] {100, 100, 0, 100}, new double[] {1, 1, 5, 0});
    estimator.add(new double[] {100, 0, 0, 0}, new double[] {9, 0, 0, 0});
    for (int rank = 0; rank < 4; rank++) {
      assertEquals(1.0, estimator.speed(rank));
    }
    estimator.add(new double[] {100, 100, 100, 0}, new double[] {1, 1, 2, 0});
    assertEquals(1 / 1.5, estimator.speed(2), 1e-12);
    estimator.add(new double[] {100, 100, 100, 0}, new double[] {1, 1, 2, 0});
    assertEquals(0.5, estimator.speed(2), 1e-12);
  }

  private static SpeedSettings oneWindow() {
    return new SpeedSettings(1, 0.05, 0.03, 1.5, 0.1, 10.0);
  }

  @Test
  void hostileFiguresAreRefusedAndNothingIsTaken() {
    for (double hostile :
        new double[] {Double.NaN, -1.0, Double.POSITIVE_INFINITY, 2e9, -0.1e-300}) {
      SpeedEstimator estimator = new SpeedEstimator(TOPOLOGY, oneWindow());
      double[] tokens = {1, 1, 1, 1, 1, 1, 1, 1};
      double[] seconds = {9, 1, 1, 1, 1, 1, 1, hostile};
      assertThrows(InvalidInputException.class, () -> estimator.add(tokens, seconds));
      assertEquals(1.0, estimator.speed(0));
    }
    assertEquals(
        "the tokens of rank 1 are NaN; they must be between 0 and 1.7976931348623157E308",
        assertThrows(
                InvalidInputException.class,
                () ->
                    estimator().add(new double[] {1, Double.NaN, 1, 1, 1, 1, 1, 1}, new double[8]))
            .getMessage());
    assertEquals(
        "2 tokens for 8 ranks; each needs one",
        assertThrows(
                InvalidInputException.class, () -> estimator().add(new double[2], new double[8]))
            .getMessage());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertRefused("the windows of a speed is 0; it must be between 1 and 1000", 0, 0, 0, 2, 1, 1);
    assertRefused(
        "the dead zone is NaN; it must be between 0.0 and 1.0", 1, Double.NaN, 0, 2, 1, 1);
    assertRefused("the hysteresis is -0.1; it must be between 0.0 and 1.0", 1, 0, -0.1, 2, 1, 1);
    assertRefused("the greatest change of a speed is 1.0; it", 1, 0, 0, 1, 1, 1);
    assertRefused("the least speed is 0.0; it must be between 0.001 and 1.0", 1, 0, 0, 2, 0, 1);
    assertRefused("the greatest speed is 0.5; it must be", 1, 0, 0, 2, 1, 0.5);
  }

  private static void assertRefused(
      String message,
      int windows,
      double dead,
      double hysteresis,
      double change,
      double least,
      double most) {
    String said =
        assertThrows(
                InvalidInputException.class,
                () -> new SpeedSettings(windows, dead, hysteresis, change, least, most))
            .getMessage();
    assertTrue(String.valueOf(said).startsWith(message), said);
  }
}
