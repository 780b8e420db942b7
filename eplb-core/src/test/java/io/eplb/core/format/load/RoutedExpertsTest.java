package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutedExpertsTest {
  @TempDir private Path folder;

  /** Three tokens, two layers, two experts per token. */
  private InputSource ids(int... values) throws IOException {
    Path file = folder.resolve("routed.npy");
    Files.write(file, NumpyBytes.array("<i4", "(3, 2, 2)", NumpyBytes.ints(values)));
    return InputSource.of(file);
  }

  @Test
  void tokensAreCountedIntoWindowsAndTheRestIsLeftOut() throws IOException {
    InputSource source = ids(0, 2, 1, 2, 0, 1, 1, 0, 2, 1, 0, 0);
    try (LoadTrace trace = RoutedExperts.open(source, 3, 2)) {
      assertEquals(1, trace.windows());
      double[] window = new double[6];
      assertTrue(trace.next(window));
      assertArrayEquals(new double[] {2, 1, 1, 1, 2, 1}, window);
      assertFalse(trace.next(window));
    }
  }

  @Test
  void allTokensMakeOneWindowUnlessToldOtherwise() throws IOException {
    InputSource source = ids(0, 2, 1, 2, 0, 1, 1, 0, 2, 1, 0, 0);
    try (LoadTrace trace = RoutedExperts.open(source, 3, 0)) {
      double[] window = new double[6];
      assertTrue(trace.next(window));
      assertArrayEquals(new double[] {2, 2, 2, 3, 2, 1}, window);
    }
  }

  @Test
  void aSecondWalkReadsTheFileFromItsStart() throws IOException {
    InputSource source = ids(0, 2, 1, 2, 0, 1, 1, 0, 2, 1, 0, 0);
    try (LoadTrace trace = RoutedExperts.open(source, 3, 1)) {
      double[] window = new double[6];
      assertTrue(trace.next(window));
      assertTrue(trace.next(window));
      try (LoadTrace second = trace.again()) {
        assertEquals(3, second.windows());
        assertTrue(second.next(window));
        assertArrayEquals(new double[] {1, 0, 1, 0, 1, 1}, window);
      }
      assertTrue(trace.next(window));
      assertArrayEquals(new double[] {0, 1, 1, 2, 0, 0}, window);
    }
  }

  @Test
  void anIdBeyondTheExpertsIsNamed() throws IOException {
    InputSource source = ids(0, 1, 1, 0, 0, 1, 1, 3, 0, 1, 1, 0);
    try (LoadTrace trace = RoutedExperts.open(source, 3, 0)) {
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> trace.next(new double[6]));
      assertEquals(
          source.name()
              + ": token 1, layer 1, choice 1 is 3; expected the id of an expert, from 0 to 2, or"
              + " −1 for none",
          refused.getMessage());
    }
  }

  @Test
  void aNegativeIdIsNamedAsAnIdAndNotAsALoad() throws IOException {
    InputSource source = ids(0, 1, 1, 0, 0, 1, -2, 0, 0, 1, 1, 0);
    try (LoadTrace trace = RoutedExperts.open(source, 3, 0)) {
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> trace.next(new double[6]));
      assertEquals(
          source.name()
              + ": token 1, layer 1, choice 0 is -2; expected the id of an expert, from 0 to 2, or"
              + " −1 for none",
          refused.getMessage());
    }
  }

  @Test
  void paddingIsNotCountedAndItsTokenIsOneOfTheWindow() throws IOException {
    InputSource source = ids(0, -1, -1, -1, -1, -1, 1, 0, 2, 1, 0, 0);
    try (LoadTrace trace = RoutedExperts.open(source, 3, 2)) {
      assertEquals(1, trace.windows());
      double[] window = new double[6];
      assertTrue(trace.next(window));
      assertArrayEquals(new double[] {1, 0, 0, 1, 1, 0}, window);
    }
  }

  @Test
  void whatIsNoWholeNumberIsNoId() throws IOException {
    for (double wrong : new double[] {0.5, Double.NaN, Double.POSITIVE_INFINITY, -1e300}) {
      Path file = folder.resolve("routed.npy");
      Files.write(file, NumpyBytes.array("<f8", "(1, 1, 2)", NumpyBytes.doubles(1.0, wrong)));
      try (LoadTrace trace = RoutedExperts.open(InputSource.of(file), 3, 0)) {
        String refused =
            String.valueOf(
                assertThrows(InvalidInputException.class, () -> trace.next(new double[3]))
                    .getMessage());
        assertTrue(refused.contains("token 0, layer 0, choice 1 is "), refused);
      }
    }
  }

  @Test
  void aWindowLargerThanTheFileIsRefused() throws IOException {
    InputSource source = ids(0, 1, 1, 0, 0, 1, 1, 2, 0, 1, 1, 0);
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> RoutedExperts.open(source, 3, 4));
    assertEquals(
        source.name() + ": has 3 tokens, fewer than the 4 of a window", refused.getMessage());
  }
}
