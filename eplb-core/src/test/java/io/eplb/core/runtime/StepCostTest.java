package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.LoadPhase;
import io.eplb.core.config.Settings;
import io.eplb.core.context.AllocatedBytes;
import org.junit.jupiter.api.Test;

class StepCostTest {
  private static final int ROUNDS = 5;
  private static final int STEPS = 50_000;

  @Test
  void aStepAllocatesNothingWhenNothingIsDue() throws Exception {
    try (RuntimeRig rig =
        new RuntimeRig(config -> config.with(Settings.HEAT_COLLECTION_INTERVAL, 1_000_000L))) {
      long fewest = Long.MAX_VALUE;
      // The first rounds pay for what the interpreter and the probe itself allocate.
      for (int round = 0; round < ROUNDS; round++) {
        long before = AllocatedBytes.ofThisThread();
        serve(rig.runtime, round * STEPS);
        fewest = Math.min(fewest, AllocatedBytes.ofThisThread() - before);
      }
      // One byte per step would be 50,000; what asking costs is some hundred.
      assertTrue(fewest < STEPS / 10, fewest + " bytes in " + STEPS + " steps");
    }
  }

  private static void serve(EplbRuntime runtime, int from) throws InterruptedException {
    for (int step = from; step < from + STEPS; step++) {
      for (int rank = 0; rank < RuntimeRig.TOPOLOGY.ranks(); rank++) {
        runtime.begin(rank, step);
        runtime.end(rank, step, LoadPhase.ALL);
      }
    }
  }
}
