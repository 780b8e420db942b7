package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A runtime and its engine in memory, driven by hand: sixteen experts on four ranks. */
final class RuntimeRig implements AutoCloseable {
  static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(16, 4, 1, 1, 4);
  static final int LAYERS = 3;
  static final int INTERVAL = 10;

  final HandDrivenThreads threads = new HandDrivenThreads();
  final ExpertTable start = ExpertTable.initial(LAYERS, TOPOLOGY);
  final InMemoryWeights memory =
      new InMemoryWeights(start, TOPOLOGY.slotsPerRank(), 64, Runnable::run);
  final FaultyWeights weights = new FaultyWeights(memory);
  final LoadCounters counters = new LoadCounters(start);
  final List<CycleReport> reports = new ArrayList<>();
  final EplbRuntime runtime;
  private long next;

  RuntimeRig() {
    this(config -> config);
  }

  /** Starts with a configuration on top of: dynamic, ten steps to collect, five to plan. */
  RuntimeRig(UnaryOperator<EplbConfig> changed) {
    this(EplbConfig.defaults(), changed, builder -> builder);
  }

  /** As the other, starting from a configuration, with more parts of the runtime. */
  RuntimeRig(
      EplbConfig given,
      UnaryOperator<EplbConfig> changed,
      UnaryOperator<EplbRuntime.Builder> parts) {
    EplbConfig config =
        given
            .with(Settings.DYNAMIC_EPLB, true)
            .with(Settings.HEAT_COLLECTION_INTERVAL, (long) INTERVAL)
            .with(Settings.ALGORITHM_EXECUTION_INTERVAL, 5L);
    runtime =
        parts
            .apply(
                EplbRuntime.builder(
                    changed.apply(config),
                    TOPOLOGY,
                    weights,
                    () -> List.of(new MeasuredLoad(LoadPhase.ALL, counters.take()))))
            .settings(
                RuntimeSettings.defaults()
                    .withContract(ContractSettings.defaults().withProcessors(1)))
            .listener(reports::add)
            .start(() -> threads);
    threads.runEvents();
  }

  /** Serves steps of one phase, every rank reading all it has. */
  void serve(int steps, LoadPhase phase) {
    for (int step = 0; step < steps; step++, next++) {
      for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
        ExpertTable table = runtime.tryBegin(rank, next);
        assertNotNull(table, "rank " + rank + " is held up at step " + next);
        work(table, rank);
        runtime.end(rank, next, phase);
      }
    }
  }

  void serve(int steps) {
    serve(steps, LoadPhase.ALL);
  }

  private void work(ExpertTable table, int rank) {
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        memory.read(table, layer, rank, slot);
        int expert = table.expertAt(layer, rank, slot);
        // Which experts are hot changes with time and layer.
        boolean hot = expert == (next / 50 + layer) % TOPOLOGY.experts();
        long tokens = (hot ? 1000 : 10 + expert) / table.replicaCount(layer, expert);
        counters.record(table, rank, layer, slot, tokens);
      }
    }
  }

  /** Serves an interval and lets happen what comes of it. */
  CycleReport runCycle() {
    serve(INTERVAL);
    threads.runAll();
    return reports.get(reports.size() - 1);
  }

  /** Expects that memory, gate and context agree, and that no buffer is in use. */
  void assertSound() {
    memory.verify(runtime.table());
    assertEquals(0, runtime.buffersHeld());
    assertEquals(runtime.table().version(), runtime.state().version());
  }

  @Override
  public void close() {
    runtime.close();
  }
}
