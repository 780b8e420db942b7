package io.eplb.policies.incremental.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadForecastTest {
  private static final int EXPERTS = 32;
  private static final int WINDOWS = 20;
  private static final ExpertTable TABLE =
      ExpertTable.initial(1, EpTopology.of(EXPERTS, 8, 1, 1, 4));

  @Test
  void aMovingAverageOfSteadyTrafficHasEightFactors() {
    assertEquals(8, forecast(0.75).factors());
  }

  @Test
  void stepsOfOneWeightAreScenariosUpToSixteen() {
    assertEquals(16, forecast(1.0).factors());
  }

  @Test
  void theJointDeviationsAreThoseOfTheFactors() {
    LoadForecast forecast = forecast(1.0);

    double squares = 0.0;
    for (int k = 0; k < forecast.factors(); k++) {
      squares += forecast.deviation(3, k) * forecast.deviation(3, k);
    }
    assertTrue(
        squares > 0.0 && squares < forecast.variance(3), () -> "joint " + forecast.variance(3));
  }

  /** Learns from noisy windows, each with {@code decay} times the weight of the next one. */
  private static LoadForecast forecast(double decay) {
    Random random = new Random(7);
    double[] loads = new double[WINDOWS * EXPERTS];
    for (int i = 0; i < loads.length; i++) {
      double weight = Math.pow(decay, WINDOWS - 1 - i / EXPERTS);
      loads[i] = weight * (1 + i % EXPERTS) * (0.8 + 0.4 * random.nextDouble());
    }
    double[] estimate = new double[EXPERTS];
    for (int i = 0; i < loads.length; i++) {
      estimate[i % EXPERTS] += loads[i];
    }
    LoadForecast forecast = new LoadForecast(EXPERTS, 8, WINDOWS, 0.2);
    assertTrue(
        forecast.learn(
            TABLE, ExpertWorkload.ofExpertLoads(TABLE, WINDOWS, loads), 0, estimate, 0.0));
    return forecast;
  }
}
