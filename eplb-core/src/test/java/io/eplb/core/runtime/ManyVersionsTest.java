package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LoadPhase;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import io.eplb.core.load.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Updates that commit slot by slot, for want of buffers: a thousand versions each. */
class ManyVersionsTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(128, 8, 1, 1, 0);
  private static final int LAYERS = 75;
  private static final int INTERVAL = 3;

  private final HandDrivenThreads threads = new HandDrivenThreads();
  private final ExpertTable start = ExpertTable.initial(LAYERS, TOPOLOGY);
  private final InMemoryWeights memory = new InMemoryWeights(start, 1, 8, Runnable::run);
  private final LoadCounters counters = new LoadCounters(start);
  private final List<CycleReport> reports = new ArrayList<>();
  private long next;

  @Test
  void noCycleLosesTheLoadOfTheTablesThatOneUpdatePassesThrough() {
    EplbConfig config =
        EplbConfig.defaults()
            .with(Settings.DYNAMIC_EPLB, true)
            .with(Settings.HEAT_COLLECTION_INTERVAL, (long) INTERVAL);
    try (EplbRuntime runtime =
        EplbRuntime.builder(
                config,
                TOPOLOGY,
                memory,
                () -> List.of(new MeasuredLoad(LoadPhase.ALL, counters.take())))
            .policy(Striping::new)
            .settings(
                RuntimeSettings.defaults()
                    .withWeighting(Weighting.last())
                    .withContract(ContractSettings.defaults().withProcessors(1)))
            .listener(reports::add)
            .start(() -> threads)) {
      threads.runEvents();
      for (int cycle = 1; cycle <= 3; cycle++) {
        serve(runtime, INTERVAL);
        threads.runEvents();
        threads.runJob();
        serve(runtime, 1); // Under the table before the update, after the load was taken.
        threads.runAll();
        CycleReport report = reports.get(cycle - 1);
        assertEquals(CycleOutcome.COMMITTED, report.outcome(), report.reason());
        assertTrue(runtime.table().version() > cycle * 1024L, report.toString());
      }
    }
  }

  /** Serves steps in which all that the first rank holds is hot. */
  private void serve(EplbRuntime runtime, int steps) {
    for (int step = 0; step < steps; step++, next++) {
      for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
        ExpertTable table = runtime.tryBegin(rank, next);
        assertNotNull(table);
        for (int layer = 0; layer < LAYERS; layer++) {
          for (int slot = 0; slot < table.slotsPerRank(); slot++) {
            counters.record(table, rank, layer, slot, rank == 0 ? 1000 : 10);
          }
        }
        runtime.end(rank, next, LoadPhase.ALL);
      }
    }
  }

  /** Spreads over all ranks what is together on one, or the reverse. */
  private static final class Striping implements EplbPolicy {
    @Override
    public String name() {
      return "striping";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      boolean together = table.expertAt(0, 0, 1) == 1;
      int ranks = table.ranks();
      int slots = table.slotsPerRank();
      Placement.Builder builder = Placement.builder(table);
      for (int layer = 0; layer < table.layers(); layer++) {
        for (int expert = 0; expert < table.experts(); expert++) {
          int rank = together ? expert % ranks : expert / slots;
          int slot = together ? expert / ranks : expert % slots;
          builder.set(layer, rank, slot, expert);
        }
      }
      return Rebalance.of(true, IntStream.range(0, table.layers()).toArray(), builder.build());
    }
  }
}
