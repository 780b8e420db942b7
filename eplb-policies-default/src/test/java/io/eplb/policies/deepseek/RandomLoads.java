package io.eplb.policies.deepseek;

import java.util.Random;

/** Draws expert loads of the kinds that recordings show. */
enum RandomLoads {
  /** Three neighbours carry nearly everything. */
  HOT {
    @Override
    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      int first = random.nextInt(experts);
      for (int expert = 0; expert < experts; expert++) {
        loads[expert] = 600.0 + random.nextInt(1300);
      }
      for (int expert = first; expert < Math.min(first + 3, experts); expert++) {
        loads[expert] = 50_000.0 + random.nextInt(90_000);
      }
      return loads;
    }
  },
  /** Load falls with a power of the rank in a random order. */
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
  LOGNORMAL {
    @Override
    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      for (int expert = 0; expert < experts; expert++) {
        loads[expert] = Math.rint(10_000 * Math.exp(random.nextGaussian()));
      }
      return loads;
    }
  },
  /** No expert has twice the load of another. */
  MILD {
    @Override
    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      for (int expert = 0; expert < experts; expert++) {
        loads[expert] = 8_000.0 + random.nextInt(7_000);
      }
      return loads;
    }
  },
  /** Most experts are idle. */
  SPARSE {
    @Override
    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      for (int expert = 0; expert < experts; expert++) {
        loads[expert] =
            random.nextInt(10) < 6 ? 0.0 : Math.rint(1_000 * Math.exp(random.nextGaussian()));
      }
      return loads;
    }
  },
  /** Few different values, so that ties abound. */
  TIED {
    @Override
    double[] draw(int experts, Random random) {
      double[] loads = new double[experts];
      for (int expert = 0; expert < experts; expert++) {
        loads[expert] = random.nextInt(3);
      }
      return loads;
    }
  };

  /** Draws one layer. */
  abstract double[] draw(int experts, Random random);

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
