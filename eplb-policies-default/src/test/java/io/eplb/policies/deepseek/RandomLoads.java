package io.eplb.policies.deepseek;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/** The kinds of expert loads that recordings show. */
enum RandomLoads {
  /** Three neighbours carry nearly everything. */
  HOT(random -> 600.0 + random.nextInt(1300)) {
    @Override
    double[] draw(int experts, Random random) {
      int first = random.nextInt(experts);
      double[] loads = super.draw(experts, random);
      for (int expert = first; expert < Math.min(first + 3, experts); expert++) {
        loads[expert] = 50_000.0 + random.nextInt(90_000);
      }
      return loads;
    }
  },
  /** Loads fall with a power of their place, in a random order. */
  ZIPF {
    @Override
    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      double exponent = 0.8 + 0.6 * random.nextDouble();
      for (int expert = 0; expert < experts; expert++) {
        int other = random.nextInt(expert + 1);
        loads[expert] = loads[other];
        loads[other] = Math.floor(200_000 / Math.pow(expert + 1, exponent)) + random.nextInt(50);
      }
      return loads;
    }
  },
  /** The logarithm is normally distributed. */
  LOGNORMAL(random -> Math.rint(10_000 * Math.exp(random.nextGaussian()))),
  /** No expert has twice the load of another. */
  MILD(random -> 8_000.0 + random.nextInt(7_000)),
  /** Most experts are idle. */
  SPARSE(
      random -> random.nextInt(10) < 6 ? 0.0 : Math.rint(1_000 * Math.exp(random.nextGaussian()))),
  /** Few different values, and so many ties. */
  TIED(random -> random.nextInt(3));

  private final ToDoubleFunction<Random> load;

  RandomLoads() {
    this(random -> 0.0);
  }

  RandomLoads(ToDoubleFunction<Random> load) {
    this.load = load;
  }

  /** Draws one layer. */
  double[] draw(int experts, Random random) {
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      loads[expert] = load.applyAsDouble(random);
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
