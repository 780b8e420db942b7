package io.eplb.core.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import org.junit.jupiter.api.Test;

class SummedTraceTest {
  private static final LoadRecording STEPS =
      LoadRecording.of(5, 1, 2, new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});

  @Test
  void aWindowIsTheSumOfItsStepsAndTheRestIsLeftOut() {
    LoadTrace trace = LoadTrace.of(STEPS).inWindowsOf(2);
    assertEquals(2, trace.windows());
    double[] window = new double[2];
    assertTrue(trace.next(window));
    assertArrayEquals(new double[] {4, 6}, window);
    assertTrue(trace.next(window));
    assertArrayEquals(new double[] {12, 14}, window);
    assertFalse(trace.next(window));
    trace.close();
  }

  @Test
  void aRecordingInWindowsKeepsTheIdsOfItsLayers() {
    LoadRecording steps = STEPS.withLayerIds(LayerIds.of(new int[] {3}));
    assertEquals(
        LoadRecording.of(2, 1, 2, new double[] {4, 6, 12, 14})
            .withLayerIds(LayerIds.of(new int[] {3})),
        steps.inWindowsOf(2));
    assertEquals(steps, steps.inWindowsOf(1));
  }

  @Test
  void oneStepPerWindowChangesNothing() {
    LoadTrace trace = LoadTrace.of(STEPS).inWindowsOf(1);
    double[] window = new double[2];
    for (int step = 0; step < 5; step++) {
      assertTrue(trace.next(window));
      assertArrayEquals(new double[] {2 * step + 1, 2 * step + 2}, window);
    }
  }

  @Test
  void moreStepsThanTheTraceHasAreRefused() {
    LoadTrace steps = LoadTrace.of(STEPS);
    assertMessage("6 steps per window are more than the trace has, which is 5", steps, 6);
    assertMessage("between 1 and", steps, 0);
  }

  @Test
  void stepsThatSumToTooMuchAreNamedByTheirWindow() {
    double large = 4e307;
    LoadTrace trace =
        LoadTrace.of(LoadRecording.of(4, 1, 1, new double[] {1, 1, large, large})).inWindowsOf(2);
    double[] window = new double[1];
    assertTrue(trace.next(window));
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> trace.next(window)).getMessage());
    assertTrue(message.contains("window 1, layer 0 sum to more than"), message);
  }

  @Test
  void aSecondWalkStartsAtTheFirstWindowWhereverTheFirstIs() {
    LoadTrace trace = LoadTrace.of(STEPS).inWindowsOf(2);
    double[] window = new double[2];
    assertTrue(trace.next(window));
    LoadTrace second = trace.again();
    assertTrue(trace.next(window));
    assertTrue(second.next(window));
    assertArrayEquals(new double[] {4, 6}, window);
    trace.close();
    assertTrue(second.next(window));
    assertArrayEquals(new double[] {12, 14}, window);
    second.close();
  }

  private static void assertMessage(String expected, LoadTrace steps, int stepsPerWindow) {
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> steps.inWindowsOf(stepsPerWindow))
                .getMessage());
    assertTrue(message.contains(expected), message);
  }
}
