package io.eplb.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.context.EplbContext;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.ThreadTimeline;
import io.eplb.core.update.LayerPhase;
import io.eplb.core.update.UpdateReport;
import io.eplb.core.update.UpdateSettings;
import io.eplb.core.update.protocol.LayerUpdater;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads, real bytes: ranks serve while layers move. Bounded by updates, not by time. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class UpdateSoakTest {
  private static final int LAYERS = 6;
  private static final int UPDATES = 80;
  private static final EpTopology TOPOLOGY = EpTopology.of(24, 4, 2, 1, 8);
  private static final int EXPERT_BYTES = 4_096;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ThreadTimeline timeline = new ThreadTimeline("updates");
  private final ExpertTable initial = ExpertTable.initial(LAYERS, TOPOLOGY);
  private final EplbContext context = new EplbContext(initial);
  private final StepGate gate = new StepGate(initial);
  private final InMemoryWeights weights = new InMemoryWeights(initial, 3, EXPERT_BYTES, threads);
  private final LoadCounters counters = new LoadCounters(initial);
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong tokensRecorded = new AtomicLong();
  private volatile boolean serving = true;

  /** Settings with limits that only somebody who hangs exceeds, however slow the machine is. */
  private static UpdateSettings patient(int layersInFlight, int transfersPerRank) {
    return new UpdateSettings(
        layersInFlight,
        transfersPerRank,
        transfersPerRank,
        UpdateSettings.MAX_TIMEOUT,
        UpdateSettings.MAX_TIMEOUT,
        UpdateSettings.MAX_TIMEOUT);
  }

  @AfterEach
  void endThreads() {
    serving = false;
    timeline.close();
    threads.shutdownNow();
  }

  @Test
  void everyByteThatAStepReadsIsRightWhileLayersMove() throws Exception {
    List<Future<Void>> ranks = new ArrayList<>();
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      ranks.add(threads.submit(serve(rank)));
    }
    LayerUpdater updater =
        new LayerUpdater(context, TOPOLOGY, weights, gate, patient(3, 2), timeline);
    Random random = new Random(25);
    long committed = 0;
    double counted = 0;
    for (int update = 0; update < UPDATES; update++) {
      long version = context.current().version();
      UpdateReport report =
          updater
              .update(version, shuffled(random), new int[] {5, 4, 3, 2, 1, 0})
              .toCompletableFuture()
              .get();
      assertTrue(report.complete(), report::toString);
      assertEquals(0, updater.buffersHeld());
      committed += report.count(LayerPhase.COMMITTED);
      counted += takeLoads();
    }
    serving = false;
    for (Future<Void> rank : ranks) {
      rank.get();
    }
    updater.close();
    updater.closed().toCompletableFuture().get();

    assertEquals(UPDATES * LAYERS, committed);
    assertTrue(context.current().version() >= UPDATES, "fewer versions than updates");
    assertEquals(context.current(), gate.current());
    assertEquals(weights.verify(gate.current()), initial.layers() * 32L * EXPERT_BYTES);
    assertEquals(0, weights.buffersBeingWritten());
    assertTrue(bytesRead.get() > 0);
    assertEquals((double) tokensRecorded.get(), counted + takeLoads());
  }

  private double takeLoads() {
    return Arrays.stream(counters.take().sum(0, 0)).sum();
  }

  @Test
  void everyBufferComesBackWhetherLayersAreCommittedOrAborted() throws Exception {
    AtomicLong copies = new AtomicLong();
    InMemoryWeights failing =
        new InMemoryWeights(
            initial,
            3,
            EXPERT_BYTES,
            copy -> {
              if (copies.incrementAndGet() % 23 == 0) {
                throw new RejectedExecutionException("the link is down");
              }
              threads.execute(copy);
            });
    LayerUpdater updater =
        new LayerUpdater(context, TOPOLOGY, failing, gate, patient(2, 1), timeline);
    Random random = new Random(23);
    int committed = 0;
    int aborted = 0;
    for (int update = 0; update < 40; update++) {
      UpdateReport report =
          updater
              .update(context.current().version(), shuffled(random), new int[] {0, 1, 2, 3, 4, 5})
              .toCompletableFuture()
              .get();
      committed += report.count(LayerPhase.COMMITTED);
      aborted += report.count(LayerPhase.ABORTED);
      while (failing.buffersBeingWritten() > 0 || updater.buffersHeld() > 0) {
        letOthersRun();
      }
      failing.verify(gate.current());
    }
    assertTrue(committed > 10, committed + " layers committed");
    assertTrue(aborted > 10, aborted + " layers aborted");
  }

  @Test
  void closingInTheMiddleLeavesEveryByteRight() throws Exception {
    for (int round = 0; round < 10; round++) {
      LayerUpdater updater =
          new LayerUpdater(context, TOPOLOGY, weights, gate, patient(2, 1), timeline);
      Random random = new Random(round);
      var answer =
          updater
              .update(context.current().version(), shuffled(random), new int[] {0, 1, 2, 3, 4, 5})
              .toCompletableFuture();
      for (int spin = random.nextInt(20_000); spin > 0; spin--) {
        Thread.onSpinWait();
      }
      updater.close();
      updater.closed().toCompletableFuture().get();
      UpdateReport report = answer.get();

      assertEquals(LAYERS, report.layers().size());
      // Copies still end, each as one event: both counts are read between two of them.
      CompletableFuture.runAsync(
              () -> assertEquals(updater.buffersHeld(), updater.buffersSetAside()),
              timeline::execute)
          .get();
      assertEquals(context.current(), gate.current());
      weights.verify(gate.current());
      settle();
    }
  }

  /** Waits for copies that were given up: another updater does not know of them. */
  private void settle() {
    while (weights.buffersBeingWritten() > 0) {
      letOthersRun();
    }
  }

  private Callable<Void> serve(int rank) {
    return () -> {
      for (long step = 0; serving; step++) {
        ExpertTable lease = gate.begin(rank, step);
        try {
          for (int layer = 0; layer < LAYERS; layer++) {
            for (int slot = 0; slot < TOPOLOGY.slotsPerRank(); slot++) {
              bytesRead.addAndGet(weights.read(lease, layer, rank, slot));
            }
            counters.record(lease, rank, layer, (int) (step % 8), layer + 1);
            tokensRecorded.addAndGet(layer + 1);
          }
        } finally {
          gate.end(rank, step);
        }
        // Ranks need each other's tokens, so none gets far ahead.
        while (serving && step > slowest() + 2) {
          letOthersRun();
        }
      }
      return null;
    };
  }

  private long slowest() {
    long slowest = Long.MAX_VALUE;
    for (int rank = 0; rank < TOPOLOGY.ranks(); rank++) {
      slowest = Math.min(slowest, gate.lastStarted(rank));
    }
    return slowest;
  }

  private static Placement shuffled(Random random) {
    Placement.Builder rows = Placement.builder(LAYERS, TOPOLOGY.ranks(), TOPOLOGY.slotsPerRank());
    int[] row = new int[TOPOLOGY.physicalExperts()];
    for (int layer = 0; layer < LAYERS; layer++) {
      for (int slot = 0; slot < row.length; slot++) {
        int other = random.nextInt(slot + 1);
        row[slot] = row[other];
        row[other] = slot < 24 ? slot : random.nextInt(24);
      }
      rows.setLayer(layer, row, 0);
    }
    return rows.build();
  }

  /** Spinning would keep the core from whoever is waited for. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void letOthersRun() {
    Thread.yield();
  }
}
