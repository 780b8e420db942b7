package io.eplb.core.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

class PlanningMemoryTest {
  @Test
  void planningAllocatesAtMostFourTimesItsOutput() throws ReflectiveOperationException {
    int layers = 58;
    EpTopology topology = EpTopology.of(256, 32, 1, 1, 9);
    ExpertTable current = ExpertTable.initial(layers, topology);
    ExpertWorkload workload = Scenario.workload(current);
    try (GuardedPolicy policy =
        new GuardedPolicy(
            () -> Scenario.policy((table, load, context) -> Scenario.rotated(table, context)),
            ContractSettings.defaults().withProcessors(2))) {
      long fewest = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = allocated();
        PlanOutcome outcome =
            policy.plan(PlanRequest.builder(current, workload, topology).seed(round).build());
        fewest = Math.min(fewest, allocated() - before);
        assertTrue(outcome.changed());
      }
      long output = (long) layers * topology.physicalExperts() * Integer.BYTES;
      long measured = fewest;
      assertTrue(measured <= 4 * output, () -> measured + " bytes for an output of " + output);
    }
  }

  /**
   * Returns the bytes that this thread and those of the planning have allocated since they started.
   * By reflection, since the module under test has no business with the management module.
   */
  private static long allocated() throws ReflectiveOperationException {
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Method allocatedBytes =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getThreadAllocatedBytes", long.class);
    long total = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread == Thread.currentThread() || thread.getName().startsWith("eplb-")) {
        total += Math.max(0L, (Long) allocatedBytes.invoke(bean, thread.getId()));
      }
    }
    return total;
  }
}
