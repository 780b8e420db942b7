package io.eplb.policies.deepseek;

import java.util.Random;

/** The kinds of expert loads that recordings show. */
enum RandomLoads {
  /** Three neighbours carry nearly everything. */
  HOT,
  /** Loads fall with a power of their place, in a random order. */
  ZIPF,
  /** The logarithm is normally distributed. */
  LOGNORMAL,
  /** No expert has twice the load of another. */
  MILD,
  /** Most experts are idle. */
  SPARSE,
  /** Few different values, and so many ties. */
  TIED;

  /** Draws one layer. */
  double[] draw(int experts, Random random) {
    double[] loads = new double[experts];
    int hot = this == HOT ? random.nextInt(experts) : experts;
    double exponent = this == ZIPF ? 0.8 + 0.6 * random.nextDouble() : 0.0;
    for (int expert = 0; expert < experts; expert++) {
      int other = this == ZIPF ? random.nextInt(expert + 1) : expert;
      loads[expert] = loads[other];
      loads[other] =
          switch (this) {
            case HOT -> 600.0 + random.nextInt(1300);
            case ZIPF -> Math.floor(200_000 / Math.pow(expert + 1, exponent)) + random.nextInt(50);
            case LOGNORMAL -> Math.rint(10_000 * Math.exp(random.nextGaussian()));
            case MILD -> 8_000.0 + random.nextInt(7_000);
            case SPARSE ->
                random.nextInt(10) < 6 ? 0.0 : Math.rint(1_000 * Math.exp(random.nextGaussian()));
            case TIED -> random.nextInt(3);
          };
    }
    for (int expert = hot; expert < Math.min(hot + 3, experts); expert++) {
      loads[expert] = 50_000.0 + random.nextInt(90_000);
    }
    return loads;
  }

  /** Draws several layers. */
  double[] draw(int layers, int experts, long seed) {
    Random random = new Random(seed);
    double[] loads = new double[layers * experts];
    for (int layer = 0; layer < layers; layer++) {
      System.arraycopy(draw(experts, random), 0, loads, layer * experts, experts);
    }
    return loads;
  }
}
