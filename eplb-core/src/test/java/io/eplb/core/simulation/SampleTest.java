package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.LayerBalance;
import io.eplb.core.balance.BalanceSummary;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleTest {
  @Test
  void fewNumbersAreSummarisedExactly() {
    assertSummary(1_000, 1.0, Sample.ofRatios(), 0.0);
    assertSummary(1_000, 1e-2, Sample.ofMicros(), 0.0);
  }

  @Test
  void manyNumbersAreSummarisedWithinOneInTenThousand() {
    assertSummary(Sample.EXACT + 50_000, 1.0, Sample.ofRatios(), 1e-4);
    assertSummary(Sample.EXACT + 50_000, 1e-2, Sample.ofMicros(), 1e-4);
  }

  @Test
  void timesOfNothingCountAsTheLeast() {
    Sample times = Sample.ofMicros();
    for (int i = 0; i <= Sample.EXACT; i++) {
      times.add(0.0);
    }
    assertEquals(0.0, times.spread().mean());
    assertEquals(0.0, times.spread().p99(), 1e-2);
  }

  private static void assertSummary(int count, double least, Sample sample, double tolerance) {
    Random random = new Random(7);
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = least * (1.0 + random.nextDouble() * random.nextInt(30));
      sample.add(numbers[i]);
    }
    BalanceSummary expected = BalanceSummary.of(numbers);
    assertEquals(expected.mean(), sample.summary().mean(), 1e-9);
    assertEquals(expected.p95(), sample.summary().p95(), expected.p95() * tolerance);
    assertEquals(expected.max(), sample.summary().max());
    Spread spread = sample.spread();
    assertEquals(expected.mean(), spread.mean(), 1e-9);
    assertPercentile(numbers, 50, spread.p50(), tolerance);
    assertPercentile(numbers, 95, spread.p95(), tolerance);
    assertPercentile(numbers, 99, spread.p99(), tolerance);
  }

  private static void assertPercentile(
      double[] numbers, int percent, double actual, double tolerance) {
    double expected = LayerBalance.percentile(numbers, percent);
    assertEquals(expected, actual, expected * tolerance);
  }
}
