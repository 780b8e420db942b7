package io.eplb.cli.demonstration;

import io.eplb.api.ExpertTable;
import io.eplb.api.LoadPhase;
import io.eplb.api.Placement;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.engine.LoadCounters;
import io.eplb.core.runtime.EplbRuntime;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One rank of the engine in memory. In every step it reads all its experts, checks every byte and
 * counts their tokens. It may fail in a step, and serve again later. Used by one thread; read its
 * figures after that has ended.
 */
final class DemoRank {
  private final int rank;
  private final EplbRuntime runtime;
  private final InMemoryWeights weights;
  private final LoadCounters counters;
  private final DemoReplay replay;
  private final long stepNanos;
  private final @Nullable RankOutage outage;
  private volatile boolean hurried;

  /** The expert of each layer × slot of the rank, in the table {@code placed}. */
  private final int[] experts;

  private final int[] replica;
  private final int[] replicas;
  private @Nullable ExpertTable placed;

  private long reads;
  private long bytes;
  private final LongSummaryStatistics waitedNanos = new LongSummaryStatistics();

  /**
   * Creates a rank.
   *
   * @param stepNanos the shortest time of a step
   * @param outage the outage of this rank; null if it has none
   */
  DemoRank(
      int rank,
      EplbRuntime runtime,
      InMemoryWeights weights,
      LoadCounters counters,
      DemoReplay replay,
      long stepNanos,
      @Nullable RankOutage outage) {
    this.rank = rank;
    this.runtime = runtime;
    this.weights = weights;
    this.counters = counters;
    this.replay = replay;
    this.stepNanos = stepNanos;
    this.outage = outage;
    int size = weights.layers() * weights.slotsPerRank();
    this.experts = new int[size];
    this.replica = new int[size];
    this.replicas = new int[size];
  }

  /**
   * Serves steps until told to end, or until the rank fails.
   *
   * @param first the first step
   * @param ended receives each step that has ended; returns whether to begin the next
   * @return the step in which the rank has failed; −1 if it has not
   */
  long serve(long first, LongPredicate ended) throws InterruptedException {
    boolean more = true;
    for (long step = first; more; step++) {
      ExpertTable table = begin(step);
      if (outage != null && step == outage.failsAt()) {
        weights.fail(rank);
        runtime.rankFailed(rank);
        return step;
      }
      long begun = System.nanoTime();
      try {
        serve(step, table);
        rest(begun + stepNanos);
      } finally {
        runtime.end(rank, step, LoadPhase.ALL);
      }
      more = ended.test(step);
    }
    return -1;
  }

  /** Returns the outage of this rank; null if it has none. */
  @Nullable RankOutage outage() {
    return outage;
  }

  /** Gives the rank back; completes with the step that it serves next. */
  CompletableFuture<Long> restart() {
    weights.restart(rank);
    return runtime.rankReturned(rank).toCompletableFuture();
  }

  private ExpertTable begin(long step) throws InterruptedException {
    ExpertTable table = runtime.tryBegin(rank, step);
    if (table != null) {
      return table;
    }
    long from = System.nanoTime();
    ExpertTable admitted = runtime.begin(rank, step);
    waitedNanos.accept(System.nanoTime() - from);
    return admitted;
  }

  private void serve(long step, ExpertTable table) {
    if (placed == null || placed.version() != table.version()) {
      place(table);
    }
    int slots = table.slotsPerRank();
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < slots; slot++) {
        int index = layer * slots + slot;
        if (experts[index] == Placement.EMPTY) {
          continue;
        }
        bytes += weights.read(table, layer, rank, slot);
        reads++;
        long all = replay.tokens(step, layer, experts[index]);
        long share = DemoReplay.share(all, replica[index], replicas[index], step);
        if (share > 0) {
          counters.record(table, rank, layer, slot, share);
        }
      }
    }
  }

  /** Waits as long as the computation of a step would take. */
  private void rest(long until) {
    while (!hurried && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /** Ends all waiting within steps; from any thread. */
  void hurry() {
    hurried = true;
  }

  private void place(ExpertTable table) {
    ExpertTable before = placed;
    int slots = table.slotsPerRank();
    for (int layer = 0; layer < table.layers(); layer++) {
      if (before != null && before.sameLayer(layer, table.placement())) {
        continue;
      }
      for (int slot = 0; slot < slots; slot++) {
        int index = layer * slots + slot;
        int expert = table.expertAt(layer, rank, slot);
        experts[index] = expert;
        if (expert == Placement.EMPTY) {
          continue;
        }
        replicas[index] = table.replicaCount(layer, expert);
        int found = 0;
        while (table.physicalSlot(layer, expert, found) != rank * slots + slot) {
          found++;
        }
        replica[index] = found;
      }
    }
    placed = table;
  }

  long reads() {
    return reads;
  }

  long bytes() {
    return bytes;
  }

  /** Returns the waits at the gate in nanoseconds. */
  LongSummaryStatistics waitedNanos() {
    return waitedNanos;
  }
}
