package io.eplb.policies.flashlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LoadWindowTest {
  private static double mean(Deque<double[]> observations, int expert) {
    double sum = 0.0;
    for (double[] observation : observations) {
      sum += observation[expert];
    }
    return sum / observations.size();
  }

  private static double covariance(LoadWindow window, int expert, int other, int experts) {
    int observations = window.observations();
    double[] deviations = new double[experts * observations];
    window.copyDeviations(deviations);
    double sum = 0.0;
    for (int at = 0; at < observations; at++) {
      sum += deviations[expert * observations + at] * deviations[other * observations + at];
    }
    return sum / observations;
  }

  private static double covariance(Deque<double[]> observations, int expert, int other) {
    double sum = 0.0;
    for (double[] observation : observations) {
      sum +=
          (observation[expert] - mean(observations, expert))
              * (observation[other] - mean(observations, other));
    }
    return sum / observations.size();
  }

  private static void assertSameMoments(
      Deque<double[]> observations, LoadWindow window, int experts, double scale) {
    assertEquals(observations.size(), window.observations());
    for (int expert = 0; expert < experts; expert++) {
      assertEquals(mean(observations, expert), window.mean(expert), 1e-12 * scale);
      double variance = covariance(observations, expert, expert);
      assertEquals(variance, window.variance(expert), 1e-12 * scale * scale);
      for (int other = 0; other < experts; other++) {
        assertEquals(
            covariance(observations, expert, other),
            covariance(window, expert, other, experts),
            1e-12 * scale * scale);
      }
    }
  }

  @Property(tries = 200)
  void momentsEqualThoseComputedFromScratch(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll @IntRange(min = 1, max = 40) int added,
      @ForAll long seed) {
    Random random = new Random(seed);
    int experts = 1 + random.nextInt(5);
    LoadWindow window = new LoadWindow(experts, size);
    Deque<double[]> observations = new ArrayDeque<>();
    for (int number = 0; number < added; number++) {
      double[] loads = random.doubles(experts, 0.0, 4.0).toArray();
      observations.addLast(loads);
      if (observations.size() > size) {
        observations.removeFirst();
      }
      window.add(loads);
    }
    assertSameMoments(observations, window, experts, 4.0);
  }

  @Test
  void roundingDoesNotAddUpOverManyObservations() {
    Random random = new Random(7);
    LoadWindow window = new LoadWindow(3, 7);
    Deque<double[]> observations = new ArrayDeque<>();
    for (int number = 0; number < 100_003; number++) {
      // A large load now and then would leave rounding errors in running sums.
      double[] loads = random.doubles(3, 0.9, 1.1).toArray();
      loads[0] *= number % 11 == 0 && number < 100_000 - 11 ? 1e6 : 1.0;
      observations.addLast(loads);
      if (observations.size() > 7) {
        observations.removeFirst();
      }
      window.add(loads);
    }
    assertSameMoments(observations, window, 3, 10.0);
  }

  @Test
  void aSmallVarianceBesideALargeMeanKeepsItsDigits() {
    LoadWindow window = new LoadWindow(1, 4);
    for (double load : new double[] {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}) {
      window.add(new double[] {load});
    }
    // The difference of two sums of squares near 1e18 would lose every digit of it.
    assertEquals(22.5, window.variance(0), 1e-6);
  }

  @Test
  void aWindowOfOneObservationHasNoVariance() {
    LoadWindow window = new LoadWindow(2, 1);
    window.add(new double[] {1.0, 5.0});
    window.add(new double[] {3.0, 4.0});
    assertEquals(3.0, window.mean(0));
    assertEquals(0.0, window.variance(0));
    assertEquals(0.0, covariance(window, 0, 1, 2));
  }

  @Test
  void deviationsAreGivenExpertByExpert() {
    LoadWindow window = new LoadWindow(2, 3);
    window.add(new double[] {1.0, 10.0});
    window.add(new double[] {3.0, 30.0});
    double[] deviations = new double[4];
    window.copyDeviations(deviations);
    assertArrayEquals(new double[] {-1.0, 1.0, -10.0, 10.0}, deviations);
  }
}
