package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LoadRecordingTest {
  /** Two windows × two layers × three experts. */
  private static final double[] TOKENS = {1, 2, 3, 0, 0, 0, 10, 20, 30, 4, 5, 6};

  private final LoadRecording recording = LoadRecording.of(2, 2, 3, TOKENS);

  @Test
  void everyLoadIsFoundAtItsWindowLayerAndExpert() {
    assertEquals(20, recording.tokens(1, 0, 1));
    double[] layer = new double[4];
    recording.copyLayer(1, 1, layer, 1);
    assertArrayEquals(new double[] {0, 4, 5, 6}, layer);
  }

  @Test
  void windowsAreSummedFromFirstToLastIncluded() {
    assertArrayEquals(new double[] {11, 22, 33, 4, 5, 6}, recording.sum(0, 1));
    assertArrayEquals(new double[] {10, 20, 30, 4, 5, 6}, recording.sum(1, 1));
  }

  @Test
  void laterChangesToTheArrayDoNotReachTheRecording() {
    double[] tokens = TOKENS.clone();
    LoadRecording copied = LoadRecording.of(2, 2, 3, tokens);
    tokens[0] = 99;
    copied.sum(0, 0)[0] = 98;
    assertEquals(1, copied.tokens(0, 0, 0));
  }

  @Test
  void recordingsAreEqualByShapeAndLoads() {
    assertEquals(recording, LoadRecording.of(2, 2, 3, TOKENS));
    assertEquals(recording.hashCode(), LoadRecording.of(2, 2, 3, TOKENS).hashCode());
    assertNotEquals(recording, LoadRecording.of(1, 4, 3, TOKENS));
  }

  @Test
  void i2AnInvalidLoadIsNamedByWindowLayerAndExpert() {
    for (double load : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1.0}) {
      double[] tokens = TOKENS.clone();
      tokens[10] = load;
      assertRefused(
          () -> LoadRecording.of(2, 2, 3, tokens),
          "I2: the load of window 1, layer 1, expert 1 is "
              + load
              + "; every load must be finite and at least 0");
    }
  }

  @Test
  void i2LoadsThatSumToInfinityAreRefused() {
    assertRefused(
        () -> LoadRecording.of(2, 1, 1, new double[] {1e308, 1e308}),
        "I2: the loads of layer 0 sum to more than 1.7976931348623157E308; scale them down");
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertRefused(
        () -> LoadRecording.of(0, 1, 1, new double[0]),
        "windows is 0; it must be between 1 and 1048576");
    assertRefused(
        () -> LoadRecording.of(1, 65_537, 1, new double[65_537]),
        "layers is 65537; it must be between 1 and 65536");
    assertRefused(
        () -> LoadRecording.of(1, 1, 65_537, new double[65_537]),
        "experts is 65537; it must be between 1 and 65536");
    assertRefused(
        () -> LoadRecording.of(1 << 20, 1 << 16, 1 << 16, new double[0]),
        "I1: the recording has 0 loads; 1048576 windows × 65536 layers × 65536 experts need "
            + (1L << 52));
  }

  @Test
  void windowsThatDoNotExistAreRefused() {
    String message = " do not exist; windows are 0 to 1, the first one first";
    assertRefused(() -> recording.sum(0, 2), "windows 0 to 2" + message);
    assertRefused(() -> recording.sum(1, 0), "windows 1 to 0" + message);
    assertRefused(
        () -> recording.exponentialMovingAverage(-1, 0, 0.5), "windows -1 to 0" + message);
  }

  @Test
  void placesThatDoNotExistAreRefused() {
    assertRefused(() -> recording.tokens(2, 0, 0), "window 2 does not exist; windows are 0 to 1");
    assertRefused(() -> recording.tokens(0, 2, 0), "layer 2 does not exist; layers are 0 to 1");
    assertRefused(() -> recording.tokens(0, 0, -1), "expert -1 does not exist; experts are 0 to 2");
    assertRefused(
        () -> recording.copyLayer(0, 0, new double[4], 2),
        "a layer of loads needs room for 3 elements from offset 2; the array has 4");
  }

  @Test
  void anAlphaOutsideItsRangeIsRefused() {
    for (double alpha : new double[] {0.0, -0.5, 1.5, Double.NaN}) {
      assertRefused(
          () -> recording.exponentialMovingAverage(0, 1, alpha),
          "alpha is " + alpha + "; it must be greater than 0 and at most 1");
    }
  }

  @Test
  void windowsAreScaledToTheirMeanTotalBeforeTheyAreAveraged() {
    // Layer 0 totals 6 and 60, so both are scaled to 33; the two windows then are equal.
    double[] average = recording.exponentialMovingAverage(0, 1, 0.25);
    assertArrayEquals(new double[] {5.5, 11, 16.5}, Arrays.copyOf(average, 3), 1e-12);
  }

  @Test
  void aWindowIdleInALayerIsSkippedForThatLayer() {
    double[] average = recording.exponentialMovingAverage(0, 1, 0.25);
    assertArrayEquals(new double[] {4, 5, 6}, Arrays.copyOfRange(average, 3, 6));
  }

  @Test
  void aLayerIdleThroughoutStaysAtZero() {
    double[] average = recording.exponentialMovingAverage(0, 0, 0.5);
    assertArrayEquals(new double[] {1, 2, 3, 0, 0, 0}, average);
  }

  @Test
  void theNewestWindowHasTheWeightAlpha() {
    LoadRecording shifted = LoadRecording.of(2, 1, 2, new double[] {8, 0, 0, 8});
    assertArrayEquals(new double[] {6, 2}, shifted.exponentialMovingAverage(0, 1, 0.25));
  }

  @Test
  void theTiniestLoadsAreScaledWithoutOverflow() {
    LoadRecording tiny = LoadRecording.of(2, 1, 1, new double[] {Double.MIN_VALUE, 1e300});
    assertArrayEquals(new double[] {5e299}, tiny.exponentialMovingAverage(0, 1, 0.5), 1e285);
  }

  @Property
  void anAverageKeepsTheMeanTotalOfTheBusyWindows(
      @ForAll @Size(12) List<@DoubleRange(min = 0.5, max = 1e6) Double> tokens,
      @ForAll @DoubleRange(min = 0.01, max = 1.0) double alpha,
      @ForAll @IntRange(min = 0, max = 3) int last) {
    LoadRecording random =
        LoadRecording.of(4, 1, 3, tokens.stream().mapToDouble(Double::doubleValue).toArray());
    double mean = Arrays.stream(random.sum(0, last)).sum() / (last + 1);
    double[] average = random.exponentialMovingAverage(0, last, alpha);
    assertEquals(mean, Arrays.stream(average).sum(), 1e-9 * mean);
  }

  private static void assertRefused(Executable call, String message) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }
}
