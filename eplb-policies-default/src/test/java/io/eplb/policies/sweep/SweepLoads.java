package io.eplb.policies.sweep;

import java.util.Arrays;
import java.util.Random;

/** Draws the expert loads of one layer, ordinary and adversarial ones. */
enum SweepLoads {
  ALL_ZERO {
    @Override
    double load(int expert, int experts, Random random) {
      return 0.0;
    }
  },
  EQUAL {
    @Override
    double load(int expert, int experts, Random random) {
      return 7.0;
    }
  },
  ONE_EXPERT_HAS_ALL {
    @Override
    double load(int expert, int experts, Random random) {
      return expert == 0 ? 1_000_000.0 : 0.0;
    }
  },
  ONE_EXPERT_HAS_HALF {
    @Override
    double load(int expert, int experts, Random random) {
      return expert == 0 ? experts * 100.0 : 50.0 + random.nextInt(100);
    }
  },
  UNIFORM {
    @Override
    double load(int expert, int experts, Random random) {
      return random.nextInt(10_000);
    }
  },
  /** No expert has twice the load of another. */
  MILD {
    @Override
    double load(int expert, int experts, Random random) {
      return 8_000.0 + random.nextInt(7_000);
    }
  },
  /** Few different values, so that ties abound. */
  TIED {
    @Override
    double load(int expert, int experts, Random random) {
      return random.nextInt(3);
    }
  },
  /** Most experts are idle. */
  SPARSE {
    @Override
    double load(int expert, int experts, Random random) {
      return random.nextInt(10) < 7 ? 0.0 : 1 + random.nextInt(5_000);
    }
  },
  /** Two kinds of experts, a hundredfold apart. */
  BIMODAL {
    @Override
    double load(int expert, int experts, Random random) {
      return random.nextInt(4) == 0 ? 9_000.0 + random.nextInt(2_000) : 90.0 + random.nextInt(20);
    }
  },
  LOGNORMAL {
    @Override
    double load(int expert, int experts, Random random) {
      return Math.rint(10_000 * Math.exp(random.nextGaussian()));
    }
  },
  HEAVY_LOGNORMAL {
    @Override
    double load(int expert, int experts, Random random) {
      return Math.rint(10_000 * Math.exp(2.5 * random.nextGaussian()));
    }
  },
  ZIPF {
    @Override
    double load(int expert, int experts, Random random) {
      return Math.floor(1e6 / Math.pow(expert + 1, 1.2));
    }
  },
  STEEP_ZIPF {
    @Override
    double load(int expert, int experts, Random random) {
      return 1e9 / Math.pow(expert + 1, 2.5);
    }
  },
  /** Whole numbers of up to 53 bits, as large as counters can be without losing a token. */
  NEAR_2_TO_THE_53 {
    @Override
    double load(int expert, int experts, Random random) {
      return Math.rint(0x1p53 * (1.0 - 0.75 * random.nextDouble()));
    }
  },
  /** Subnormal numbers of twenty bits. */
  NEAR_THE_SMALLEST_DOUBLE {
    @Override
    double load(int expert, int experts, Random random) {
      return Double.MIN_VALUE * (1 + random.nextInt(1 << 20));
    }

    /** Shares of subnormal loads lose digits; the score must not. */
    @Override
    double scoreScale() {
      return 0x1p900;
    }
  };

  /** Draws the load of one expert; the experts are shuffled afterwards. */
  abstract double load(int expert, int experts, Random random);

  /** A power of two by which the loads are multiplied for scoring. */
  double scoreScale() {
    return 1.0;
  }

  double[] draw(int experts, Random random) {
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      int other = random.nextInt(expert + 1);
      loads[expert] = loads[other];
      loads[other] = load(expert, experts, random);
    }
    return loads;
  }

  double[] scaled(double[] loads) {
    return Arrays.stream(loads).map(load -> load * scoreScale()).toArray();
  }
}
