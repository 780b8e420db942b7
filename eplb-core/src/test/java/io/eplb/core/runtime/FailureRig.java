package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.api.Placement;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * A runtime and its engine in memory, driven by hand, whose ranks fail and return: eighteen experts
 * on five ranks of six slots. At the start rank 2 alone holds six of them. Every step is checked
 * when it begins and when it ends.
 */
final class FailureRig implements AutoCloseable {
  static final EpTopology TOPOLOGY = EpTopology.of(18, 5, 1, 1, 6);
  static final int LAYERS = 3;
  static final int INTERVAL = 10;

  final HandDrivenThreads threads = new HandDrivenThreads();
  final InMemoryWeights memory;
  final FaultyWeights weights;
  final LoadCounters counters;
  final List<CycleReport> reports = new ArrayList<>();
  final List<RepairReport> repairs = new ArrayList<>();
  final EplbRuntime runtime;

  /** Per rank, the steps in flight with their tables. */
  private final List<Map<Long, ExpertTable>> inFlight = new ArrayList<>();

  private final long[] tokens = new long[TOPOLOGY.ranks()];
  private final int[] deaths = new int[TOPOLOGY.ranks()];

  /** Per rank, the step that it begins next; −1 if it does not know. */
  private final long[] next = new long[TOPOLOGY.ranks()];

  /**
   * Per rank, the last step that it has begun, dead or not, unless the runtime knows of its end.
   */
  private final long[] begun = new long[TOPOLOGY.ranks()];

  private final boolean[] absent = new boolean[TOPOLOGY.ranks()];

  /** Steps below this had begun on some rank when the runtime last learned of a failure. */
  private long lostBelow;

  /** Per rank, the versions of the steps that it has begun since it last failed. */
  private final List<Map<Long, Long>> versions = new ArrayList<>();

  FailureRig() {
    this(2);
  }

  FailureRig(int buffers) {
    this(buffers, builder -> builder);
  }

  FailureRig(int buffers, UnaryOperator<EplbRuntime.Builder> changed) {
    this(buffers, ExpertTable.initial(LAYERS, TOPOLOGY), changed);
  }

  FailureRig(int buffers, ExpertTable start, UnaryOperator<EplbRuntime.Builder> changed) {
    counters = new LoadCounters(start);
    memory = new InMemoryWeights(start, buffers, 64, Runnable::run);
    weights = new FaultyWeights(memory);
    EplbRuntime.Builder builder =
        EplbRuntime.builder(
                EplbConfig.defaults()
                    .with(Settings.DYNAMIC_EPLB, true)
                    .with(Settings.HEAT_COLLECTION_INTERVAL, (long) INTERVAL)
                    .with(Settings.ALGORITHM_EXECUTION_INTERVAL, 5L),
                TOPOLOGY,
                weights,
                () -> List.of(new MeasuredLoad(LoadPhase.ALL, counters.take())))
            .settings(
                RuntimeSettings.defaults()
                    .withContract(ContractSettings.defaults().withProcessors(1)))
            .listener(
                new CycleListener() {
                  @Override
                  public void cycleEnded(CycleReport report) {
                    reports.add(report);
                  }

                  @Override
                  public void repairEnded(RepairReport report) {
                    repairs.add(report);
                  }
                });
    runtime = changed.apply(builder.startTable(start)).start(() -> threads);
    threads.runEvents();
    Arrays.fill(begun, -1);
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      inFlight.add(new HashMap<>());
      versions.add(new HashMap<>());
    }
  }

  /** Begins the next step of a rank, unless it is held up; returns whether it has begun. */
  boolean begin(int rank) {
    noteFailures();
    if (runtime.isAbsent(rank)) {
      forget(rank);
      return false;
    }
    if (next[rank] < 0) {
      throw new AssertionError("rank " + rank + " does not know its next step");
    }
    long step = next[rank];
    ExpertTable table = runtime.tryBegin(rank, step);
    if (table == null) {
      return false;
    }
    next[rank]++;
    for (Map<Long, Long> others : versions) {
      Long version = others.get(step);
      if (version != null) {
        assertEquals(version, table.version(), "step " + step + " has one table on all ranks");
      }
    }
    versions.get(rank).put(step, table.version());
    if (step >= lostBelow) {
      requireNoneOnAbsentRanks(table);
    }
    begun[rank] = step;
    read(table, rank);
    inFlight.get(rank).put(step, table);
    return true;
  }

  private void noteFailures() {
    for (int rank = 0; rank < absent.length; rank++) {
      if (runtime.isAbsent(rank) && !absent[rank]) {
        for (int other = 0; other < absent.length; other++) {
          lostBelow =
              other == rank || absent[other] ? lostBelow : Math.max(lostBelow, begun[other] + 1);
        }
      }
    }
    for (int rank = 0; rank < absent.length; rank++) {
      absent[rank] = runtime.isAbsent(rank);
    }
  }

  /** A step that no rank had begun before the failure has all experts on ranks that run it. */
  private void requireNoneOnAbsentRanks(ExpertTable table) {
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int slot = 0; slot < TOPOLOGY.slotsPerRank(); slot++) {
          assertFalse(
              runtime.isAbsent(rank) && table.expertAt(layer, rank, slot) != Placement.EMPTY,
              "a step begins with experts on rank " + rank + ", which is absent");
        }
      }
    }
  }

  private void forget(int rank) {
    inFlight.get(rank).clear();
    versions.get(rank).clear();
    next[rank] = -1;
  }

  private void read(ExpertTable table, int rank) {
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int slot = 0; slot < TOPOLOGY.slotsPerRank(); slot++) {
        if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
          memory.read(table, layer, rank, slot);
        }
      }
    }
  }

  /** Returns the tokens that a rank computed in the step that it ended last. */
  long tokensOfLastStep(int rank) {
    return tokens[rank];
  }

  /** Ends the oldest step of a rank, if one is in flight. */
  void end(int rank) {
    Map<Long, ExpertTable> steps = inFlight.get(rank);
    if (runtime.isAbsent(rank) || steps.isEmpty()) {
      steps.clear();
      return;
    }
    long step = steps.keySet().stream().min(Long::compare).orElseThrow();
    ExpertTable table = Objects.requireNonNull(steps.remove(step));
    read(table, rank);
    tokens[rank] = 0;
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int slot = 0; slot < TOPOLOGY.slotsPerRank(); slot++) {
        int expert = table.expertAt(layer, rank, slot);
        if (expert != Placement.EMPTY) {
          boolean hot = expert == (step / 50 + layer) % TOPOLOGY.experts();
          long all = hot ? 1000 : 10 + expert;
          long share = all / table.replicaCount(layer, expert);
          tokens[rank] += share;
          counters.record(table, rank, layer, slot, share);
        }
      }
    }
    runtime.end(rank, step, LoadPhase.ALL);
  }

  void endAll() {
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      while (!inFlight.get(rank).isEmpty()) {
        end(rank);
      }
    }
  }

  /** Serves steps on all ranks that are not absent; each has to begin. */
  void serve(int steps) {
    for (int step = 0; step < steps; step++) {
      for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
        assertTrue(begin(rank) || runtime.isAbsent(rank), "rank " + rank + " is held up");
      }
      endAll();
    }
  }

  /** Returns whether another rank has begun a step that this one has not. */
  boolean isBehind(int rank) {
    long most = Arrays.stream(next).max().orElseThrow();
    return !runtime.isAbsent(rank) && next[rank] >= 0 && next[rank] < most;
  }

  /** The rank is gone, and nobody knows yet. */
  void die(int rank) {
    memory.fail(rank);
    deaths[rank]++;
    forget(rank);
  }

  /** Restarts a rank, which serves as soon as it may. */
  CompletableFuture<Long> giveBack(int rank) {
    memory.restart(rank);
    CompletableFuture<Long> answer = runtime.rankReturned(rank).toCompletableFuture();
    int life = deaths[rank];
    CompletableFuture<Void> unused =
        answer.thenAccept(step -> next[rank] = deaths[rank] == life ? step : next[rank]);
    return answer;
  }

  /** Returns whether a rank knows its next step, dead or not. */
  boolean serves(int rank) {
    return next[rank] >= 0;
  }

  /** Returns the last repair. */
  RepairReport repair() {
    return repairs.get(repairs.size() - 1);
  }

  /** Expects that the table fits the ranks and is what memory holds, and that nothing is left. */
  void assertSettled() {
    assertEquals(0, runtime.buffersHeld());
    assertTrue(runtime.state().unserved().isEmpty());
    runtime.ranks().requireFits(runtime.table());
    memory.verify(runtime.table());
  }

  @Override
  public void close() {
    runtime.close();
  }
}
