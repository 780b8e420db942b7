package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.balance.BalanceSummary;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RatioSampleTest {
  @Test
  void fewRatiosAreSummarisedExactly() {
    assertSummary(1_000, 0.0);
  }

  @Test
  void manyRatiosAreSummarisedWithinOneInTenThousand() {
    assertSummary(RatioSample.EXACT + 50_000, 1e-4);
  }

  private static void assertSummary(int count, double tolerance) {
    Random random = new Random(7);
    RatioSample sample = new RatioSample();
    double[] ratios = new double[count];
    for (int i = 0; i < count; i++) {
      ratios[i] = 1.0 + random.nextDouble() * random.nextInt(30);
      sample.add(ratios[i]);
    }
    BalanceSummary expected = BalanceSummary.of(ratios);
    assertEquals(expected.mean(), sample.summary().mean(), 1e-9);
    assertEquals(expected.p95(), sample.summary().p95(), expected.p95() * tolerance);
    assertEquals(expected.max(), sample.summary().max());
  }
}
