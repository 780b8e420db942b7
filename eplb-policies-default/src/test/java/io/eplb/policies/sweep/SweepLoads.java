package io.eplb.policies.sweep;

import java.util.Arrays;
import java.util.Random;

/** The kinds of expert loads of one layer, ordinary and adversarial. */
enum SweepLoads {
  ALL_ZERO((expert, experts, random) -> 0.0),
  EQUAL((expert, experts, random) -> 7.0),
  ONE_EXPERT_HAS_ALL((expert, experts, random) -> expert == 0 ? 1_000_000.0 : 0.0),
  ONE_EXPERT_HAS_HALF(
      (expert, experts, random) -> expert == 0 ? experts * 100.0 : 50.0 + random.nextInt(100)),
  UNIFORM((expert, experts, random) -> random.nextInt(10_000)),
  /** No expert has twice the load of another. */
  MILD((expert, experts, random) -> 8_000.0 + random.nextInt(7_000)),
  /** Few different values, and so many ties. */
  TIED((expert, experts, random) -> random.nextInt(3)),
  /** Most experts are idle. */
  SPARSE((expert, experts, random) -> random.nextInt(10) < 7 ? 0.0 : 1 + random.nextInt(5_000)),
  /** Two kinds of experts, whose loads differ by a factor of 100. */
  BIMODAL(
      (expert, experts, random) ->
          random.nextInt(4) == 0 ? 9_000.0 + random.nextInt(2_000) : 90.0 + random.nextInt(20)),
  LOGNORMAL((expert, experts, random) -> Math.rint(10_000 * Math.exp(random.nextGaussian()))),
  HEAVY_LOGNORMAL(
      (expert, experts, random) -> Math.rint(10_000 * Math.exp(2.5 * random.nextGaussian()))),
  ZIPF((expert, experts, random) -> Math.floor(1e6 / Math.pow(expert + 1, 1.2))),
  STEEP_ZIPF((expert, experts, random) -> 1e9 / Math.pow(expert + 1, 2.5)),
  /** Whole numbers of up to 53 bits, as large as counters can be without losing a token. */
  NEAR_2_TO_THE_53(
      (expert, experts, random) -> Math.rint(0x1p53 * (1.0 - 0.75 * random.nextDouble()))),
  /** Subnormal numbers of twenty bits. */
  NEAR_THE_SMALLEST_DOUBLE(
      (expert, experts, random) -> Double.MIN_VALUE * (1 + random.nextInt(1 << 20)));

  private final Draw load;

  SweepLoads(Draw load) {
    this.load = load;
  }

  /**
   * Returns the power of two that loads are multiplied by for scoring, so that no digit is lost.
   */
  private double scoreScale() {
    return this == NEAR_THE_SMALLEST_DOUBLE ? 0x1p900 : 1.0;
  }

  double[] draw(int experts, Random random) {
    double[] loads = new double[experts];
    for (int expert = 0; expert < experts; expert++) {
      int other = random.nextInt(expert + 1);
      loads[expert] = loads[other];
      loads[other] = load.of(expert, experts, random);
    }
    return loads;
  }

  double[] scaled(double[] loads) {
    return Arrays.stream(loads).map(load -> load * scoreScale()).toArray();
  }

  /** Draws the load of one expert; the experts are shuffled afterwards. */
  private interface Draw {
    double of(int expert, int experts, Random random);
  }
}
