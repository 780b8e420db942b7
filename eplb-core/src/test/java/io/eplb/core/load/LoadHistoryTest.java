package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadHistoryTest {
  private static final int LAYERS = 3;
  private static final int EXPERTS = 5;
  private static final List<Weighting> KINDS =
      List.of(
          Weighting.last(),
          Weighting.mean(),
          Weighting.exponential(0.25),
          Weighting.slidingMean(4),
          Weighting.slidingSum(3));

  @Property(tries = 200)
  void anExponentialAverageIsTheOneOfTheWholeRecording(
      @ForAll @IntRange(min = 1, max = 60) int windows,
      @ForAll @DoubleRange(min = 0.01, max = 1.0) double alpha,
      @ForAll long seed) {
    double[] tokens = tokens(windows, seed);
    LoadHistory history = added(Weighting.exponential(alpha), windows, tokens);
    double[] naive =
        LoadRecording.of(windows, LAYERS, EXPERTS, tokens)
            .exponentialMovingAverage(0, windows - 1, alpha);
    assertClose(naive, history.estimate());
  }

  @Property(tries = 200)
  void aMeanCountsEveryBusyWindowTheSame(
      @ForAll @IntRange(min = 1, max = 60) int windows, @ForAll long seed) {
    double[] tokens = tokens(windows, seed);
    LoadHistory history = added(Weighting.mean(), windows, tokens);
    assertClose(naiveMean(tokens, 0, windows), history.estimate());
  }

  @Property(tries = 200)
  void aSlidingMeanForgetsWhatIsOlder(
      @ForAll @IntRange(min = 1, max = 60) int windows,
      @ForAll @IntRange(min = 1, max = 20) int length,
      @ForAll long seed) {
    double[] tokens = tokens(windows, seed);
    LoadHistory history = added(Weighting.slidingMean(length), windows, tokens);
    assertClose(naiveMean(tokens, Math.max(0, windows - length), windows), history.estimate());
  }

  @Property(tries = 200)
  void aSlidingSumAddsTheNewestWindowsUp(
      @ForAll @IntRange(min = 1, max = 60) int windows,
      @ForAll @IntRange(min = 1, max = 20) int length,
      @ForAll long seed) {
    double[] tokens = tokens(windows, seed);
    LoadHistory history = added(Weighting.slidingSum(length), windows, tokens);
    double[] naive =
        LoadRecording.of(windows, LAYERS, EXPERTS, tokens)
            .sum(Math.max(0, windows - length), windows - 1);
    assertClose(naive, history.estimate());
  }

  @Property(tries = 200)
  void eachWindowKeepsItsIdAndCanBeHadAsItWasMeasured(
      @ForAll @IntRange(min = 1, max = 40) int windows,
      @ForAll @IntRange(max = 4) int kind,
      @ForAll @DoubleRange(min = 0.01, max = 1.0) double alpha,
      @ForAll long seed) {
    Weighting weighting =
        switch (kind) {
          case 0 -> Weighting.last();
          case 1 -> Weighting.mean();
          case 2 -> Weighting.exponential(alpha);
          case 3 -> Weighting.slidingMean(5);
          default -> Weighting.slidingSum(5);
        };
    double[] tokens = tokens(windows, seed);
    ExpertTable table = ExpertTable.initial(LAYERS, EpTopology.of(EXPERTS, 2, 1, 1, 4));
    ExpertWorkload workload = added(weighting, windows, tokens).series().under(table);
    assertFalse(workload.measuredPerSlot());
    int joined = weighting.remembers() && windows > weighting.held() ? 1 : 0;
    assertEquals(Math.min(windows, weighting.held()) + joined, workload.windows());
    double[] measured = new double[EXPERTS];
    for (int at = 0; at < workload.windows(); at++) {
      int id = windows - workload.windows() + at;
      assertEquals(id, workload.windowId(at));
      for (int layer = 0; layer < LAYERS && at >= joined; layer++) {
        workload.measuredExpertLoads(table, layer, at, measured, 0);
        int from = (id * LAYERS + layer) * EXPERTS;
        double[] recorded = Arrays.copyOfRange(tokens, from, from + EXPERTS);
        double total = Arrays.stream(recorded).sum();
        if (workload.weight(at, layer) > 0.0) {
          assertArrayEquals(recorded, measured, 1e-9 * total);
        } else {
          assertTrue(weighting.scales() && (total == 0.0 || alpha == 1.0), weighting::toString);
        }
      }
    }
  }

  @Test
  void windowsThatAreJoinedCountAsOneOfTheirAverageShares() {
    int windows = LoadHistory.HELD + 3;
    LoadHistory history = new LoadHistory(1, 2, Weighting.mean());
    for (int window = 0; window < windows; window++) {
      // The three that are joined have the shares 1, ½ and 0, the others 0.
      history.add(
          window == 0
              ? new double[] {8, 0}
              : window == 1 ? new double[] {2, 2} : new double[] {0, 6});
    }
    ExpertTable table = ExpertTable.initial(1, EpTopology.of(2, 2, 1, 1, 1));
    ExpertWorkload workload = history.series().under(table);
    assertEquals(2, workload.windowId(0));
    assertEquals(3.0 / windows, workload.weight(0, 0), 1e-12);
    double meanTotal = (8.0 + 4.0 + 6.0 * (windows - 2)) / windows;
    double[] measured = new double[2];
    workload.measuredExpertLoads(table, 0, 0, measured, 0);
    assertArrayEquals(new double[] {meanTotal / 2, meanTotal / 2}, measured, 1e-9);
  }

  @Property(tries = 200)
  void averagesConserveTheMeanTotalOfALayer(
      @ForAll @IntRange(min = 1, max = 60) int windows,
      @ForAll @DoubleRange(min = 0.01, max = 1.0) double alpha,
      @ForAll long seed) {
    double[] tokens = tokens(windows, seed);
    double[] mean = added(Weighting.mean(), windows, tokens).estimate();
    double[] exponential = added(Weighting.exponential(alpha), windows, tokens).estimate();
    for (int layer = 0; layer < LAYERS; layer++) {
      double expected = 0.0;
      int busy = 0;
      for (int window = 0; window < windows; window++) {
        double total = total(tokens, (window * LAYERS + layer) * EXPERTS);
        expected += total;
        busy += total > 0 ? 1 : 0;
      }
      expected /= Math.max(1, busy);
      assertEquals(expected, total(mean, layer * EXPERTS), 1e-9 * (1 + expected));
      assertEquals(expected, total(exponential, layer * EXPERTS), 1e-9 * (1 + expected));
    }
  }

  @Property(tries = 50)
  void theLastWindowStaysBitForBit(
      @ForAll @IntRange(min = 1, max = 20) int windows, @ForAll long seed) {
    double[] tokens = tokens(windows, seed);
    int size = LAYERS * EXPERTS;
    assertArrayEquals(
        Arrays.copyOfRange(tokens, (windows - 1) * size, windows * size),
        added(Weighting.last(), windows, tokens).estimate());
  }

  @Test
  void aBusyWindowCountsNoMoreThanAQuietOne() {
    LoadHistory history = new LoadHistory(1, 2, Weighting.mean());
    history.add(new double[] {300, 100});
    history.add(new double[] {1, 3});
    assertClose(new double[] {101, 101}, history.estimate());
  }

  @Test
  void theSeriesHoldsTheLatestWindowsOneByOneAndSumsToTheEstimate() {
    LoadHistory history = new LoadHistory(1, 2, Weighting.exponential(0.5));
    for (int window = 0; window < 40; window++) {
      history.add(new double[] {window, 40 - window});
    }
    assertEquals(LoadHistory.HELD + 1, history.series().windows());
    assertEquals(40, history.windows());
    ExpertTable table = ExpertTable.initial(1, EpTopology.withRedundantExperts(2, 2, 1, 1, 2));
    ExpertWorkload workload = history.series().under(table);
    assertEquals(LoadHistory.HELD + 1, workload.windows());
    double[] loads = new double[2];
    workload.expertLoads(table, 0, loads, 0);
    assertClose(history.estimate(), loads);
    // The weight of the newest window is alpha.
    workload.expertLoads(table, 0, LoadHistory.HELD, LoadHistory.HELD + 1, loads, 0);
    assertClose(new double[] {0.5 * 39, 0.5 * 1}, loads);
  }

  @Test
  void aLayerThatWasAlwaysIdleStaysIdle() {
    LoadHistory history = new LoadHistory(2, 2, Weighting.exponential(0.3));
    history.add(new double[] {0, 0, 1, 2});
    history.add(new double[] {0, 0, 0, 0});
    assertArrayEquals(new double[] {0, 0, 1, 2}, history.estimate());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.5, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void anAlphaOutOfRangeIsRefused(double alpha) {
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> Weighting.exponential(alpha))
                .getMessage());
    assertTrue(message.contains("greater than 0 and at most 1"), message);
  }

  @Test
  void unusableWindowsAreRefusedAndLeaveTheHistoryAsItWas() {
    LoadHistory history = new LoadHistory(1, 2, Weighting.mean());
    assertThrows(InvalidInputException.class, history::estimate);
    history.add(new double[] {1, 1});
    for (double[] wrong :
        new double[][] {{1}, {1, Double.NaN}, {-1, 1}, {1, Double.POSITIVE_INFINITY}}) {
      assertThrows(InvalidInputException.class, () -> history.add(wrong));
    }
    assertThrows(
        InvalidInputException.class,
        () -> history.add(new double[] {Double.MAX_VALUE, Double.MAX_VALUE}));
    assertEquals(1, history.windows());
    assertArrayEquals(new double[] {1, 1}, history.estimate());
    assertThrows(InvalidInputException.class, () -> Weighting.slidingMean(0));
    assertThrows(InvalidInputException.class, () -> Weighting.slidingSum(1_025));
  }

  @Property(tries = 200)
  void aRestoredHistoryEstimatesBitForBitAndGoesOnBitForBit(
      @ForAll @IntRange(max = 50) int windows,
      @ForAll @IntRange(max = 20) int later,
      @ForAll @IntRange(max = 4) int kind,
      @ForAll long seed) {
    Weighting weighting = KINDS.get(kind);
    double[] tokens = tokens(windows + later, seed);
    LoadHistory history = added(weighting, windows, tokens);
    LoadHistory restored = LoadHistory.restore(LAYERS, EXPERTS, weighting, history.save());
    int size = LAYERS * EXPERTS;
    for (int window = windows; window <= windows + later; window++) {
      assertEquals(history.windows(), restored.windows());
      assertArrayEquals(history.save(), restored.save());
      if (window > 0) {
        assertArrayEquals(history.estimate(), restored.estimate());
      }
      if (window < windows + later) {
        double[] next = Arrays.copyOfRange(tokens, window * size, (window + 1) * size);
        history.add(next);
        restored.add(next);
      }
    }
  }

  @Test
  void aHistoryOfOtherShapeWeightsOrFormatIsNotRestored() {
    byte[] saved = added(Weighting.mean(), 3, tokens(3, 1)).save();
    refuseToRestore(
        LAYERS,
        EXPERTS + 1,
        Weighting.mean(),
        saved,
        "it is no history of 3 layers × 6 experts, mean");
    refuseToRestore(
        LAYERS + 1,
        EXPERTS,
        Weighting.mean(),
        saved,
        "it is no history of 4 layers × 5 experts, mean");
    refuseToRestore(
        LAYERS,
        EXPERTS,
        Weighting.exponential(0.5),
        saved,
        "it is no history of 3 layers × 5 experts");
    byte[] newer = saved.clone();
    newer[7]++;
    refuseToRestore(
        LAYERS, EXPERTS, Weighting.mean(), newer, "it is no history of 3 layers × 5 experts, mean");
    refuseToRestore(
        LAYERS,
        EXPERTS,
        Weighting.mean(),
        new byte[0],
        "it is no history of 3 layers × 5 experts, mean");
  }

  @Test
  void aCutOrLongerHistoryIsNotRestored() {
    byte[] saved = added(Weighting.exponential(0.25), 20, tokens(20, 2)).save();
    for (int length = 0; length < saved.length; length++) {
      byte[] cut = Arrays.copyOf(saved, length);
      assertThrows(
          InvalidInputException.class,
          () -> LoadHistory.restore(LAYERS, EXPERTS, Weighting.exponential(0.25), cut));
    }
    byte[] longer = Arrays.copyOf(saved, saved.length + 1);
    refuseToRestore(
        LAYERS, EXPERTS, Weighting.exponential(0.25), longer, "bytes do not fit 20 windows");
  }

  @Property(tries = 500)
  void aDamagedHistoryIsRefusedOrStillEstimates(
      @ForAll @IntRange(max = 4) int kind,
      @ForAll @IntRange(min = 1, max = 40) int windows,
      @ForAll long seed) {
    Weighting weighting = KINDS.get(kind);
    Random random = new Random(seed);
    byte[] saved = added(weighting, windows, tokens(windows, seed)).save();
    saved[random.nextInt(saved.length)] ^= (byte) (1 << random.nextInt(8));
    LoadHistory restored;
    try {
      restored = LoadHistory.restore(LAYERS, EXPERTS, weighting, saved);
    } catch (InvalidInputException refused) {
      return;
    }
    assertEquals(LAYERS * EXPERTS, restored.estimate().length);
  }

  private static void refuseToRestore(
      int layers, int experts, Weighting weighting, byte[] saved, String expected) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> LoadHistory.restore(layers, experts, weighting, saved));
    String message = String.valueOf(refused.getMessage());
    assertTrue(
        message.startsWith("the saved history of loads cannot be used: ")
            && message.contains(expected),
        message);
  }

  private static LoadHistory added(Weighting weighting, int windows, double[] tokens) {
    LoadHistory history = new LoadHistory(LAYERS, EXPERTS, weighting);
    int size = LAYERS * EXPERTS;
    for (int window = 0; window < windows; window++) {
      history.add(Arrays.copyOfRange(tokens, window * size, (window + 1) * size));
    }
    return history;
  }

  /** Windows of very unequal totals, in which a layer may be idle. */
  private static double[] tokens(int windows, long seed) {
    Random random = new Random(seed);
    double[] tokens = new double[windows * LAYERS * EXPERTS];
    for (int row = 0; row < windows * LAYERS; row++) {
      int scale = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(1000);
      for (int expert = 0; expert < EXPERTS; expert++) {
        tokens[row * EXPERTS + expert] = random.nextInt(scale);
      }
    }
    return tokens;
  }

  private static double[] naiveMean(double[] tokens, int from, int to) {
    double[] mean = new double[LAYERS * EXPERTS];
    for (int layer = 0; layer < LAYERS; layer++) {
      double target = 0.0;
      int busy = 0;
      for (int window = from; window < to; window++) {
        double total = total(tokens, (window * LAYERS + layer) * EXPERTS);
        target += total;
        busy += total > 0 ? 1 : 0;
      }
      for (int window = from; window < to; window++) {
        int base = (window * LAYERS + layer) * EXPERTS;
        double total = total(tokens, base);
        for (int expert = 0; total > 0 && expert < EXPERTS; expert++) {
          mean[layer * EXPERTS + expert] += tokens[base + expert] / total * (target / busy) / busy;
        }
      }
    }
    return mean;
  }

  private static double total(double[] tokens, int base) {
    return Arrays.stream(tokens, base, base + EXPERTS).sum();
  }

  @Test
  void windowsLargerThanAnArrayAreRefused() {
    String message =
        String.valueOf(
            assertThrows(
                    InvalidInputException.class,
                    () -> new LoadHistory(65_536, 65_536, Weighting.last()))
                .getMessage());
    assertTrue(
        message.startsWith("65536 layers × 65536 experts are more loads per window than"), message);
  }

  @Test
  void anUnusableWindowIsNamedByLayerAndExpert() {
    LoadHistory history = new LoadHistory(2, 2, Weighting.last());
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> history.add(new double[] {1, 1, 1, -1}))
                .getMessage());
    assertTrue(message.startsWith("I2: the load of layer 1, expert 1 is -1.0;"), message);
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-9 * (1 + Math.abs(expected[i])), "at " + i);
    }
  }
}
