package io.eplb.policies.incremental.ring;

import io.eplb.api.Dispatch;
import io.eplb.api.dispatch.LayerDispatch;
import io.eplb.policies.incremental.forecast.LoadForecast;
import io.eplb.policies.incremental.layer.LivingRanks;
import java.util.Random;

/**
 * The mean PAR of a layer over windows that the forecast thinks possible, each divided as well as
 * it can be: every expert's load is lognormal with its expected mean and variance. Two placements
 * that are equally balanced on the estimate differ here, since one may absorb what is not expected
 * and the other may not.
 *
 * <p>The deviations are the same for all layers and placements, so that the comparison of two has
 * little noise and every plan can be repeated.
 */
public final class ScenarioPeaks {
  private static final int SCENARIOS = 8;
  private static final long SEED = 1;

  /** The load of an expert, in mean loads of a rank, that does not vary. */
  private static final double NEGLIGIBLE = 1e-9;

  private final LivingRanks ranks;
  private final LoadForecast forecast;
  private final LayerDispatch dispatch;
  private final double[] deviations;
  private final double[] loads;

  ScenarioPeaks(LivingRanks ranks, LoadForecast forecast) {
    this.ranks = ranks;
    this.forecast = forecast;
    this.dispatch = LayerDispatch.of(Dispatch.LP, ranks.topology());
    this.loads = new double[ranks.topology().experts()];
    this.deviations = new double[SCENARIOS * loads.length];
    Random random = new Random(SEED);
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = random.nextGaussian();
    }
  }

  /** Returns the mean PAR of a row of the table under the current forecast. */
  public double mean(int[] tableRow) {
    double sum = 0.0;
    for (int scenario = 0; scenario < SCENARIOS; scenario++) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = load(expert, deviations[scenario * loads.length + expert]);
      }
      sum += dispatch.solve(tableRow, loads, ranks.inTable()).peakToAverage();
    }
    return sum / SCENARIOS;
  }

  private double load(int expert, double deviation) {
    double mean = forecast.mean(expert);
    if (mean < NEGLIGIBLE) {
      return mean;
    }
    double variance = StrictMath.log1p(forecast.variance(expert) / (mean * mean));
    return mean * StrictMath.exp(StrictMath.sqrt(variance) * deviation - variance / 2);
  }
}
