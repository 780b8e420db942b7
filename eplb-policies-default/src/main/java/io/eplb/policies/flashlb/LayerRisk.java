package io.eplb.policies.flashlb;

/**
 * The loads of one layer's experts over the window: mean, standard deviation and deviations, and
 * the risk, which is mean + z × standard deviation. Scratch of one worker, filled anew for every
 * layer.
 */
final class LayerRisk {
  /** The mean load of each expert; the mean over all experts is 1. */
  final double[] means;

  /** The standard deviation of each expert's load. */
  final double[] deviations;

  /** The risk of each expert, in single precision, which is enough to order experts. */
  final float[] risks;

  /** The number of standard deviations in a risk. */
  final double z;

  /** The difference of each observation from the mean; experts × observations. */
  double[] series = new double[0];

  /** The number of observations. */
  int observations;

  LayerRisk(int experts, double z) {
    means = new double[experts];
    deviations = new double[experts];
    risks = new float[experts];
    this.z = z;
  }

  /** Loads the values of a window with at least one observation. */
  void load(LoadWindow window) {
    observations = window.observations();
    if (series.length < means.length * observations) {
      series = new double[means.length * observations];
    }
    window.copyDeviations(series);
    for (int expert = 0; expert < means.length; expert++) {
      means[expert] = window.mean(expert);
      deviations[expert] = Math.sqrt(window.variance(expert));
      risks[expert] = (float) (means[expert] + z * deviations[expert]);
    }
  }
}
