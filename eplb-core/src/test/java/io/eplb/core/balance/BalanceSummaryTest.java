package io.eplb.core.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalanceSummaryTest {
  @Test
  void meanPercentileAndMaximumAreThoseOfTheRatios() {
    double[] ratios = {5, 1, 4, 2, 3};
    assertEquals(new BalanceSummary(3, 5, 5), BalanceSummary.of(ratios));
    assertArrayEquals(new double[] {5, 1, 4, 2, 3}, ratios);
    assertEquals(new BalanceSummary(7, 7, 7), BalanceSummary.of(new double[] {7}));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "19, 19", "20, 19", "21, 20", "40, 38", "58, 56", "100, 95", "101, 96"})
  void thePercentileIsTheLeastThatEnoughRatiosDoNotExceed(int count, int expected) {
    double[] ratios = IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    assertEquals(expected, BalanceSummary.of(ratios).p95());
  }

  @Test
  void nothingAndNoNumberCannotBeSummarised() {
    assertRefused(new double[0], "there is no percentile of nothing; give at least one value");
    assertRefused(new double[] {1, Double.NaN}, "a value is NaN; a percentile needs numbers");
  }

  private static void assertRefused(double[] ratios, String message) {
    assertEquals(
        message,
        assertThrows(InvalidInputException.class, () -> BalanceSummary.of(ratios)).getMessage());
  }
}
