package io.eplb.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LoadPhase;
import io.eplb.api.PolicyOptions;
import io.eplb.core.balance.BalanceReport;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.contract.GuardedPolicy;
import io.eplb.core.contract.PlanOutcome;
import io.eplb.core.contract.PlanRequest;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import io.eplb.core.file.MapFiles;
import io.eplb.core.file.RecordingFiles;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.runtime.EplbRuntime;
import io.eplb.core.runtime.LoadSource;
import io.eplb.core.runtime.MeasuredLoad;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The programs that eplb-core/docs/embedding.md shows. */
class EmbeddingTest {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingTest.class);
  private static final int LAYERS = 4;

  @TempDir private Path folder;

  @Test
  void aControlPlaneTakesItsTableFromOneVersionToTheNext() {
    EpTopology topology = EpTopology.withRedundantExperts(64, 8, 1, 1, 8);
    DiscoveredPolicy policy = PolicyRegistry.onClassPath().find("default");
    PolicyOptions options = PolicyOptions.parse(policy.options(), Map.of());
    ExpertTable table = ExpertTable.initial(LAYERS, topology);

    try (GuardedPolicy guarded =
        new GuardedPolicy(policy::newInstance, ContractSettings.defaults())) {
      double[] tokensPerSlot = measured(); // layers × ranks × slots, from your engine
      ExpertWorkload workload =
          ExpertWorkload.of(
              table.version(), 1, LAYERS, topology.ranks(), topology.slotsPerRank(), tokensPerSlot);
      PlanOutcome outcome =
          guarded.plan(PlanRequest.builder(table, workload, topology).options(options).build());
      outcome.failure().ifPresent(failure -> LOG.warn("the plan was rejected", failure));
      outcome.rejectedLayers().forEach(breach -> LOG.warn("a layer was rejected: {}", breach));
      table = outcome.table(); // the new table, or the old one: always a valid one
    }

    assertTrue(table.version() == 1, "the table moved on");
  }

  @Test
  void aPlannerReadsWhatWasRecordedAndWritesWhatAnEngineLoads() {
    Path map = folder.resolve("next.json");
    LoadRecording recording = RecordingFiles.read(Path.of("examples/glm52-mixed.npy"));
    EpTopology topology = EpTopology.withRedundantExperts(recording.experts(), 32, 1, 1, 32);
    DiscoveredPolicy policy = PolicyRegistry.onClassPath().find("default");
    PolicyOptions options = PolicyOptions.parse(policy.options(), Map.of());
    ExpertTable table = ExpertTable.initial(recording.layers(), topology);

    try (GuardedPolicy guarded =
        new GuardedPolicy(policy::newInstance, ContractSettings.defaults())) {
      double[] loads = recording.sum(0, recording.windows() - 1); // layers × experts
      ExpertWorkload workload = ExpertWorkload.ofExpertLoads(table, loads);
      PlanOutcome outcome =
          guarded.plan(PlanRequest.builder(table, workload, topology).options(options).build());
      MapFiles.write(outcome.table(), "vllm-ascend", map); // whole, or not at all
      double before = BalanceReport.of(table, loads).summary().mean();
      double after = BalanceReport.of(outcome.table(), loads).summary().mean();
      LOG.info("PAR {} → {}", before, after);
      assertTrue(after < before, "the map is better than the initial one");
      assertTrue(
          MapFiles.read(map).placement().equals(outcome.table().placement()),
          "it is read as written");
    }
  }

  @Test
  @Timeout(120)
  void anEngineIsRebalancedWhileItServes() throws InterruptedException {
    EpTopology topology = EpTopology.withRedundantExperts(64, 8, 1, 1, 8);
    EplbConfig config =
        EplbConfig.defaults()
            .with(Settings.DYNAMIC_EPLB, true)
            .with(Settings.HEAT_COLLECTION_INTERVAL, 10L)
            .with(Settings.ALGORITHM_EXECUTION_INTERVAL, 1_000_000L); // These steps take no time.
    ExpertTable initial = ExpertTable.initial(LAYERS, topology);
    InMemoryWeights weights =
        new InMemoryWeights(initial, topology.slotsPerRank(), 64, Runnable::run);
    LoadCounters counters = new LoadCounters(initial);
    LoadSource loads = () -> List.of(new MeasuredLoad(LoadPhase.DECODE, counters.take()));

    try (EplbRuntime runtime =
        EplbRuntime.builder(config, topology, weights, loads).startTable(initial).start()) {
      for (long step = 0; runtime.table().version() == 0; step++) {
        for (int rank = 0; rank < topology.ranks(); rank++) {
          ExpertTable table =
              runtime.begin(rank, step); // waits only while a layer is being switched
          serve(rank, table, counters);
          runtime.end(rank, step, LoadPhase.DECODE);
        }
      }
    }

    assertTrue(weights.buffersBeingWritten() == 0, "no buffer is left behind");
  }

  private static void serve(int rank, ExpertTable table, LoadCounters counters) {
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        counters.record(table, rank, layer, slot, rank == 0 ? 1_000 : 10);
      }
    }
  }

  private static double[] measured() {
    double[] tokens = new double[LAYERS * 72];
    for (int slot = 0; slot < tokens.length; slot++) {
      tokens[slot] = 1000.0 / (1 + slot % 72);
    }
    return tokens;
  }
}
