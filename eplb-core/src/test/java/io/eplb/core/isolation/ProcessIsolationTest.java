package io.eplb.core.isolation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.InvalidInputException;
import io.eplb.api.MigrationBudget;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies in processes of their own answer as they do in this process. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class ProcessIsolationTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(32, 8, 2, 4, 5);
  private static final int LAYERS = 6;

  @ParameterizedTest
  @ValueSource(strings = {"default", "incremental", "random", "flashlb", "static"})
  void aPolicyAnswersAsInThisProcess(String name) {
    try (PolicyRegistry here = PolicyRegistry.onClassPath();
        PolicyRegistry apart = PolicyRegistry.open(List.of(), ProcessIsolation.defaults());
        GuardedPolicy one = guarded(here.find(name));
        GuardedPolicy other = guarded(apart.find(name))) {
      assertEquals(one.options().toString(), other.options().toString());
      assertEquals(here.find(name).toString(), apart.find(name).toString());
      ExpertTable table = ExpertTable.initial(LAYERS, TOPOLOGY);
      for (int round = 0; round < 3; round++) {
        PlanOutcome expected = plan(one, table, round);
        PlanOutcome found = plan(other, table, round);
        assertEquals("there is no failure", IsolatedPolicy.failure(found));
        assertEquals(expected.table(), found.table());
        assertArrayEquals(expected.layerPriority(), found.layerPriority());
        table = expected.table();
      }
    }
  }

  private static GuardedPolicy guarded(DiscoveredPolicy policy) {
    return new GuardedPolicy(policy::newInstance, ContractSettings.defaults());
  }

  private static PlanOutcome plan(GuardedPolicy policy, ExpertTable table, int round) {
    Random random = new Random(round);
    double[] loads =
        random.doubles(2L * LAYERS * TOPOLOGY.experts()).map(x -> 1_000 * x * x * x).toArray();
    return policy.plan(
        PlanRequest.builder(table, ExpertWorkload.ofExpertLoads(table, 2, loads), TOPOLOGY)
            .seed(round)
            .budget(MigrationBudget.of(8, 0))
            .build());
  }

  @Test
  void theHeapAndTheProcessorsHaveBounds() {
    ProcessIsolation isolation = ProcessIsolation.defaults();
    assertThrows(InvalidInputException.class, () -> isolation.withHeapMegabytes(15));
    assertThrows(InvalidInputException.class, () -> isolation.withProcessors(0));
  }

  @Test
  void closingThePolicyEndsItsProcess(@TempDir Path folder) throws IOException {
    IsolatedPolicy.jar(folder, "", List.of()).build("hostile.jar");
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    List<ProcessHandle> started;
    try (PolicyRegistry registry = IsolatedPolicy.registry(folder)) {
      EplbPolicy policy = registry.find("hostile").newInstance();
      started =
          ProcessHandle.current().children().filter(child -> !before.contains(child)).toList();
      assertEquals(1, started.size());
      policy.close();
    }
    started.get(0).onExit().join();
    assertFalse(started.get(0).isAlive());
  }

  /** Plans with a policy that never answers, until it is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      try (IsolatedPolicy policy = new IsolatedPolicy(Path.of(arguments[0]), Duration.ofHours(1))) {
        ProcessHandle.current().children().forEach(child -> System.out.println(child.pid()));
        System.out.println(policy.plan(0));
      }
    }
  }

  @Test
  void aProcessEndsWithTheOneThatStartedIt(@TempDir Path folder) throws Exception {
    IsolatedPolicy.jar(folder, "", List.of("while (always()) Thread.onSpinWait();"))
        .build("hostile.jar");
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      parent.destroyForcibly();
      child.onExit().join();
      assertFalse(child.isAlive());
    }
  }
}
