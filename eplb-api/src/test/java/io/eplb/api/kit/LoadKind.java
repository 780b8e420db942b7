package io.eplb.api.kit;

import io.eplb.api.ExpertWorkload;
import java.util.Arrays;
import java.util.Random;

/**
 * The ways in which the load of a layer is spread over its experts. Every load is finite and at
 * least 0.
 */
enum LoadKind {
  /** The same for all: nothing but ties. */
  EQUAL {
    @Override
    void fill(double[] loads, int layer, Random random) {
      Arrays.fill(loads, 100);
    }
  },
  /** Nothing was measured at all. */
  ALL_ZERO {
    @Override
    void fill(double[] loads, int layer, Random random) {
      Arrays.fill(loads, 0);
    }
  },
  /** Whole token counts between 0 and 999. */
  RANDOM_COUNTS {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = random.nextInt(1000);
      }
    }
  },
  /** Small whole numbers: ties among unequal loads. */
  FEW_VALUES {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = random.nextInt(3);
      }
    }
  },
  /** A few experts take most of it, as in recordings. */
  SKEWED {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = 1000 / (1 + loads.length * random.nextDouble());
      }
    }
  },
  /** One expert of the layer has everything; which one does not depend on the window. */
  ONE_HOT_EXPERT {
    @Override
    void fill(double[] loads, int layer, Random random) {
      Arrays.fill(loads, 0);
      loads[layer * 7 % loads.length] = 1000 + random.nextInt(100);
    }
  },
  /** Every other layer is idle. */
  IDLE_LAYERS {
    @Override
    void fill(double[] loads, int layer, Random random) {
      if (layer % 2 == 0) {
        ALL_ZERO.fill(loads, layer, random);
      } else {
        SKEWED.fill(loads, layer, random);
      }
    }
  },
  /** Counts near 2^53, where neighbouring doubles are 1 or 2 apart. */
  NEAR_THE_LAST_EXACT_COUNT {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = 0x1p53 - random.nextInt(5) + 2 * random.nextInt(3);
      }
    }
  },
  /** Some multiples of the least positive double, where a division may give 0. */
  TINY {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = random.nextInt(6) * Double.MIN_VALUE;
      }
    }
  },
  /** Far beyond what a float can hold. */
  HUGE {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = random.nextDouble() * 1e300;
      }
    }
  },
  /** Everything from 1e-300 to 1e300 side by side. */
  ALL_MAGNITUDES {
    @Override
    void fill(double[] loads, int layer, Random random) {
      for (int expert = 0; expert < loads.length; expert++) {
        loads[expert] = Math.pow(10, random.nextInt(601) - 300);
      }
    }
  };

  /**
   * Fills in the loads of a layer in one window; all windows together stay below {@link
   * ExpertWorkload#MAX_LAYER_TOTAL}.
   */
  abstract void fill(double[] loads, int layer, Random random);
}
