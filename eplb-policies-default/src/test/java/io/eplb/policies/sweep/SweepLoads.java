package io.eplb.policies.sweep;

import java.util.Arrays;
import java.util.Random;

/** The kinds of expert loads of one layer, ordinary and adversarial. */
enum SweepLoads {
  ALL_ZERO,
  EQUAL,
  ONE_EXPERT_HAS_ALL,
  ONE_EXPERT_HAS_HALF,
  UNIFORM,
  /** No expert has twice the load of another. */
  MILD,
  /** Few different values, and so many ties. */
  TIED,
  /** Most experts are idle. */
  SPARSE,
  /** Two kinds of experts, whose loads differ by a factor of 100. */
  BIMODAL,
  LOGNORMAL,
  HEAVY_LOGNORMAL,
  ZIPF,
  STEEP_ZIPF,
  /** Whole numbers of up to 53 bits, as large as counters can be without losing a token. */
  NEAR_2_TO_THE_53,
  /** Subnormal numbers of twenty bits. */
  NEAR_THE_SMALLEST_DOUBLE;

  /** Draws the load of one expert; the experts are shuffled afterwards. */
  private double load(int expert, int experts, Random random) {
    return switch (this) {
      case ALL_ZERO -> 0.0;
      case EQUAL -> 7.0;
      case ONE_EXPERT_HAS_ALL -> expert == 0 ? 1_000_000.0 : 0.0;
      case ONE_EXPERT_HAS_HALF -> expert == 0 ? experts * 100.0 : 50.0 + random.nextInt(100);
      case UNIFORM -> random.nextInt(10_000);
      case MILD -> 8_000.0 + random.nextInt(7_000);
      case TIED -> random.nextInt(3);
      case SPARSE -> random.nextInt(10) < 7 ? 0.0 : 1 + random.nextInt(5_000);
      case BIMODAL ->
          random.nextInt(4) == 0 ? 9_000.0 + random.nextInt(2_000) : 90.0 + random.nextInt(20);
      case LOGNORMAL -> Math.rint(10_000 * Math.exp(random.nextGaussian()));
      case HEAVY_LOGNORMAL -> Math.rint(10_000 * Math.exp(2.5 * random.nextGaussian()));
      case ZIPF -> Math.floor(1e6 / Math.pow(expert + 1, 1.2));
      case STEEP_ZIPF -> 1e9 / Math.pow(expert + 1, 2.5);
      case NEAR_2_TO_THE_53 -> Math.rint(0x1p53 * (1.0 - 0.75 * random.nextDouble()));
      case NEAR_THE_SMALLEST_DOUBLE -> Double.MIN_VALUE * (1 + random.nextInt(1 << 20));
    };
  }

  /** Returns the power of two by which loads are multiplied for scoring: no digit may be lost. */
  private double scoreScale() {
    return this == NEAR_THE_SMALLEST_DOUBLE ? 0x1p900 : 1.0;
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
