package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LoadPhase;
import io.eplb.api.PolicyContext;
import io.eplb.api.Rebalance;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import io.eplb.core.update.UpdateSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runtime with its own threads, beside those that serve. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class EplbRuntimeThreadsTest {
  private static final EpTopology TOPOLOGY = EpTopology.withRedundantExperts(24, 6, 2, 1, 12);
  private static final int LAYERS = 5;
  private static final int CYCLES = 4;

  private final ExpertTable start = ExpertTable.initial(LAYERS, TOPOLOGY);
  private final ExecutorService copies = Executors.newFixedThreadPool(2);
  private final InMemoryWeights memory =
      new InMemoryWeights(start, TOPOLOGY.slotsPerRank(), 256, copies);
  private final LoadCounters counters = new LoadCounters(start);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  @Test
  void ranksServeEveryByteRightThroughSeveralCyclesAndTheShutdown() throws InterruptedException {
    CountDownLatch committed = new CountDownLatch(CYCLES);
    EplbRuntime runtime =
        builder(config(20))
            .listener(
                report -> {
                  if (report.layersCommitted() > 0) {
                    committed.countDown();
                  }
                })
            .start();
    AtomicBoolean enough = new AtomicBoolean();
    Ranks ranks = new Ranks(runtime, enough);
    ranks.start();
    committed.await();
    Thread.currentThread().interrupt();
    runtime.close(); // Whoever closes may be interrupted; it is closed all the same.
    assertTrue(Thread.interrupted());
    long closedAt = runtime.state().steps();
    ranks.awaitSteps(closedAt + 50);
    enough.set(true);
    ranks.join();
    copies.shutdown();
    assertNull(failure.get());
    RuntimeState state = runtime.state();
    assertEquals(RuntimePhase.CLOSED, state.phase());
    assertTrue(state.version() >= CYCLES, state.toString());
    assertEquals(0, runtime.buffersHeld());
    memory.verify(runtime.table());
  }

  @Test
  void aPlannerThatHangsIsLeftBehindAndTheShutdownDoesNotWaitForIt() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    EplbRuntime runtime =
        builder(config(1))
            .policy(
                () ->
                    new Answering(
                        () -> {
                          asked.countDown();
                          awaitWhateverInterrupts(never);
                        }))
            .start();
    serveAlone(runtime, 0, 1);
    asked.await();
    runtime.close();
    assertEquals(RuntimePhase.CLOSED, runtime.state().phase());
    serveAlone(runtime, 1, 20);
    never.countDown();
    copies.shutdown();
  }

  @Test
  void aLatePlannerIsInterruptedAndTheNextPlanIsMade() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch firstCycle = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(2);
    EplbRuntime runtime =
        builder(config(1).with(Settings.ALGORITHM_EXECUTION_INTERVAL, 3L))
            .policy(
                () ->
                    new Answering(
                        () -> {
                          first.countDown();
                          second.countDown();
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException late) {
                            interrupted.countDown();
                          }
                        }))
            .listener(report -> firstCycle.countDown())
            .start();
    serveAlone(runtime, 0, 1);
    first.await();
    serveAlone(runtime, 1, 4);
    interrupted.await();
    firstCycle.await();
    // No step more than the second plan needs to be asked for, so it cannot be late.
    serveAlone(runtime, 4, 5);
    second.await();
    runtime.close();
    copies.shutdown();
    assertEquals(0, runtime.table().version());
  }

  @Test
  void aLoadSourceThatHangsIsInterruptedWhenThePlanIsLate() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    EplbRuntime runtime =
        EplbRuntime.builder(
                config(1).with(Settings.ALGORITHM_EXECUTION_INTERVAL, 3L),
                TOPOLOGY,
                memory,
                () -> {
                  asked.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException late) {
                    interrupted.countDown();
                    throw late;
                  }
                  return List.of();
                })
            .start();
    serveAlone(runtime, 0, 1);
    asked.await();
    serveAlone(runtime, 1, 4);
    interrupted.await();
    runtime.close();
    copies.shutdown();
    assertEquals(CycleOutcome.PLAN_LATE, runtime.state().lastCycle().orElseThrow().outcome());
  }

  private static void awaitWhateverInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        Thread.onSpinWait();
      }
    }
  }

  private EplbConfig config(long interval) {
    return EplbConfig.defaults()
        .with(Settings.DYNAMIC_EPLB, true)
        .with(Settings.HEAT_COLLECTION_INTERVAL, interval)
        .with(Settings.ALGORITHM_EXECUTION_INTERVAL, 1_000_000L);
  }

  private EplbRuntime.Builder builder(EplbConfig config) {
    return EplbRuntime.builder(
            config,
            TOPOLOGY,
            memory,
            () -> List.of(new MeasuredLoad(LoadPhase.ALL, counters.take())))
        .settings(patient());
  }

  /** Settings with limits that only somebody who hangs exceeds, however slow the machine is. */
  private static RuntimeSettings patient() {
    Duration hour = UpdateSettings.MAX_TIMEOUT;
    return RuntimeSettings.defaults()
        .withContract(ContractSettings.defaults().withDeadline(hour))
        .withUpdate(new UpdateSettings(2, 1, 1, hour, hour, hour));
  }

  /** Serves all ranks' steps on this thread. */
  private void serveAlone(EplbRuntime runtime, long from, long to) throws InterruptedException {
    for (long step = from; step < to; step++) {
      for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
        serve(runtime, rank, step);
      }
    }
  }

  private void serve(EplbRuntime runtime, int rank, long step) throws InterruptedException {
    ExpertTable table = runtime.begin(rank, step);
    try {
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int slot = 0; slot < table.slotsPerRank(); slot++) {
          memory.read(table, layer, rank, slot);
          int expert = table.expertAt(layer, rank, slot);
          boolean hot = expert == (step / 60 + layer) % TOPOLOGY.experts();
          long tokens = (hot ? 5000 : 100) / table.replicaCount(layer, expert);
          counters.record(table, rank, layer, slot, tokens);
        }
      }
    } finally {
      runtime.end(rank, step, LoadPhase.ALL);
    }
  }

  private record Answering(Runnable work) implements EplbPolicy {
    @Override
    public String name() {
      return "answering";
    }

    @Override
    public Rebalance rebalanceExperts(
        ExpertTable table, ExpertWorkload workload, PolicyContext context) {
      work.run();
      return Rebalance.unchanged(table);
    }
  }

  /** A thread per rank, at most a step apart. */
  private final class Ranks {
    private final EplbRuntime runtime;
    private final AtomicBoolean enough;
    private final List<Thread> threads = new ArrayList<>();
    private final Phaser steps = new Phaser(TOPOLOGY.ranks());
    private volatile long last = Long.MAX_VALUE;

    Ranks(EplbRuntime runtime, AtomicBoolean enough) {
      this.runtime = runtime;
      this.enough = enough;
      for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
        int served = rank;
        threads.add(new Thread(() -> run(served), "rank-" + rank));
      }
    }

    void start() {
      threads.forEach(Thread::start);
    }

    void join() throws InterruptedException {
      for (Thread thread : threads) {
        thread.join();
      }
    }

    void awaitSteps(long count) throws InterruptedException {
      while (runtime.state().steps() < count && failure.get() == null) {
        steps.awaitAdvanceInterruptibly(steps.getPhase());
      }
    }

    private void run(int rank) {
      try {
        for (long step = 0; step <= last; step++) {
          serve(runtime, rank, step);
          if (step > 0) {
            steps.awaitAdvance((int) step - 1);
          }
          // Nobody is beyond the next step, so this one is seen in time by all.
          if (enough.get() && rank == 0 && last == Long.MAX_VALUE) {
            last = step + 2;
          }
          steps.arrive();
        }
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
        steps.forceTermination();
      }
    }
  }
}
