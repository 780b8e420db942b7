package io.eplb.policies.incremental.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WindowWeightsTest {
  private static final double LEAST_NOISE = 5e-4;
  private static final double[] CHAT = {50, 30, 10, 10};
  private static final double[] CHAT_AGAIN = {52, 28, 11, 9};
  private static final double[] MATHS = {10, 12, 28, 50};
  private static final double[] MATHS_AGAIN = {9, 11, 31, 49};

  @Test
  void windowsOfOneTrafficCountByTheirShare() {
    WindowWeights weights = weigh(LEAST_NOISE, CHAT, CHAT_AGAIN, CHAT, CHAT_AGAIN);

    assertEquals(1.0, weights.shift());
    for (int w = 0; w < 4; w++) {
      assertEquals(weights.share(w), weights.weight(w));
    }
    assertEquals(0.25, weights.concentration(), 1e-12);
  }

  @Test
  void windowsBeforeAShiftLoseWeight() {
    WindowWeights weights = weigh(LEAST_NOISE, CHAT, CHAT_AGAIN, CHAT, MATHS);

    assertTrue(weights.weight(3) > 0.9, () -> "latest " + weights.weight(3));
    assertEquals(4 * weights.weight(3), weights.shift(), 1e-12);
    assertEquals(1.0, sum(weights, 4), 1e-12);
    assertEquals(4, weights.used());
  }

  @Test
  void earlierWindowsOfTheSameTrafficKeepTheirShareOfWhatIsLeft() {
    WindowWeights weights = weigh(LEAST_NOISE, MATHS, MATHS_AGAIN, CHAT, CHAT_AGAIN, CHAT, MATHS);

    assertEquals(weights.weight(5), weights.weight(0), 1e-12);
    assertEquals(weights.weight(5), weights.weight(1), 1e-12);
    assertTrue(weights.weight(0) > 10 * weights.weight(3));
  }

  @Test
  void theTotalLoadOfAWindowDoesNotCount() {
    double[] busy = {5200, 2800, 1100, 900};

    WindowWeights weights = weigh(LEAST_NOISE, CHAT, CHAT_AGAIN, CHAT, busy);

    assertEquals(1.0, weights.shift());
    assertTrue(weights.share(3) > 0.9);
  }

  @Test
  void afterEqualWindowsASmallDifferenceIsNoShift() {
    assertEquals(1.0, weigh(0.01, CHAT, CHAT, CHAT, CHAT_AGAIN).shift());
    WindowWeights noiseless = weigh(0.0, CHAT, CHAT, CHAT, CHAT_AGAIN);
    // One of three steps is a shift: a ninth of the weight goes to all four windows.
    assertEquals(4 * (8.0 / 9) + 1.0 / 9, noiseless.shift(), 1e-12);
    assertEquals(1.0 / 36, noiseless.weight(0), 1e-12);
  }

  @Test
  void trafficThatChangesInEveryWindowKeepsTheShares() {
    WindowWeights weights = weigh(LEAST_NOISE, CHAT, MATHS, CHAT_AGAIN, MATHS_AGAIN, CHAT);

    for (int w = 0; w < 5; w++) {
      assertEquals(weights.share(w), weights.weight(w), 1e-9);
    }
    assertEquals(1.0, weights.shift(), 1e-9);
  }

  @Test
  void aShiftMoreThanEightWindowsAgoIsForgotten() {
    double[][] windows = new double[12][];
    Arrays.fill(windows, 0, 2, MATHS);
    for (int w = 2; w < windows.length; w++) {
      windows[w] = w % 2 == 0 ? CHAT : CHAT_AGAIN;
    }

    WindowWeights weights = weigh(LEAST_NOISE, windows);

    assertTrue(weights.weight(0) < 1e-5, () -> "oldest " + weights.weight(0));
    assertEquals(0.1, weights.weight(11), 1e-5);
  }

  @Test
  void theInfluenceOfAWindowGrowsWithItsDistance() {
    WindowWeights weights = weigh(LEAST_NOISE, CHAT, MATHS, CHAT_AGAIN, MATHS_AGAIN, CHAT);

    assertTrue(weights.influence(1) > 100 * weights.influence(2));
    assertTrue(weights.influence(4) > 0.0);
  }

  @Test
  void twoWindowsDoNotTellAShiftFromNoise() {
    assertEquals(1.0, weigh(LEAST_NOISE, CHAT, MATHS).shift());
  }

  @Test
  void withTrustInTheEstimateThereIsNoShift() {
    WindowWeights weights = trusting(1.0, CHAT, CHAT_AGAIN, CHAT, MATHS);

    assertEquals(1.0, weights.shift());
    for (int w = 0; w < 4; w++) {
      assertEquals(weights.share(w), weights.weight(w));
    }
  }

  @Test
  void withSomeTrustInTheEstimateAllWindowsKeepThatPartOfTheirShares() {
    WindowWeights latest = trusting(0.0, CHAT, CHAT_AGAIN, CHAT, MATHS);
    WindowWeights some = trusting(0.5, CHAT, CHAT_AGAIN, CHAT, MATHS);

    // One of three steps is a shift, so that a ninth goes to all windows without any trust.
    for (int w = 0; w < 4; w++) {
      double faded = (latest.weight(w) - latest.share(w) / 9) * 9 / 8;
      assertEquals(0.5 * faded + 0.5 * some.share(w), some.weight(w), 1e-12);
    }
    assertEquals(1.0, sum(some, 4), 1e-12);
    assertTrue(some.shift() > 1.0 && some.shift() < latest.shift());
  }

  @Test
  void littleTrustChangesNothingWhereTrafficShiftsOften() {
    WindowWeights none = trusting(0.0, CHAT, MATHS, CHAT_AGAIN, CHAT, MATHS);
    WindowWeights little = trusting(0.1, CHAT, MATHS, CHAT_AGAIN, CHAT, MATHS);

    for (int w = 0; w < 5; w++) {
      assertEquals(none.weight(w), little.weight(w));
    }
  }

  @Test
  void idleWindowsDoNotCount() {
    double[] idle = new double[4];

    WindowWeights weights = weigh(LEAST_NOISE, CHAT, CHAT_AGAIN, idle, MATHS, idle);

    assertEquals(3, weights.used());
    assertEquals(0.0, weights.weight(4));
    assertTrue(weights.weight(3) > 0.8);
  }

  private static double sum(WindowWeights weights, int windows) {
    double sum = 0.0;
    for (int w = 0; w < windows; w++) {
      sum += weights.weight(w);
    }
    return sum;
  }

  private static WindowWeights weigh(double leastNoise, double[]... windows) {
    return weigh(leastNoise, 0.0, windows);
  }

  private static WindowWeights trusting(double leastForAll, double[]... windows) {
    return weigh(LEAST_NOISE, leastForAll, windows);
  }

  private static WindowWeights weigh(double leastNoise, double leastForAll, double[]... windows) {
    ExpertTable table = ExpertTable.initial(1, EpTopology.of(4, 2, 1, 1, 2));
    double[] loads = new double[windows.length * 4];
    double total = 0.0;
    for (int i = 0; i < loads.length; i++) {
      loads[i] = windows[i / 4][i % 4];
      total += loads[i];
    }
    WindowWeights weights = new WindowWeights(4, windows.length);
    weights.weigh(
        table,
        ExpertWorkload.ofExpertLoads(table, windows.length, loads),
        0,
        total,
        leastNoise,
        leastForAll);
    return weights;
  }
}
