package io.eplb.core.engine.standin;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.engine.shared.EngineGate;
import io.eplb.core.engine.shared.SharedWeights;
import io.eplb.core.engine.shared.TokenCounts;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.load.LoadRecording;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one rank, several in flight. Each reads all experts that its table places on the
 * rank and checks their bytes, and counts the tokens that a window of the recording has for them. A
 * step that finds a wrong byte breaks the gate.
 */
final class EngineLoop {
  private final EngineGate gate;
  private final int rank;
  private final SharedWeights weights;
  private final TokenCounts counts;
  private final LoadRecording recording;
  private final StepLog log;
  private final Pace pace;
  private final Executor steps;

  /** Per step modulo the most in flight, a permit unless such a step is in flight. */
  private final Semaphore[] room;

  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * Creates the loop of an open gate.
   *
   * @param recording its windows are the steps' loads, one after another and again from the first
   * @param steps runs what a step does
   * @param mostInFlight the most steps in flight, 1 to {@link EngineGate#MAX_IN_FLIGHT}
   */
  EngineLoop(
      EngineGate gate,
      int rank,
      SharedWeights weights,
      TokenCounts counts,
      LoadRecording recording,
      StepLog log,
      Pace pace,
      Executor steps,
      int mostInFlight) {
    this.gate = gate;
    this.rank = rank;
    this.weights = weights;
    this.counts = counts;
    this.recording = recording;
    this.log = log;
    this.pace = pace;
    this.steps = steps;
    this.room = new Semaphore[mostInFlight];
    Arrays.setAll(room, index -> new Semaphore(1));
  }

  /**
   * Runs steps, and returns when all have ended.
   *
   * @param first the first step
   * @param end the step before which to end
   * @throws InterruptedException if the thread is interrupted
   * @throws io.eplb.api.InternalException if the gate is broken, or a step has found a wrong byte
   */
  void run(long first, long end) throws InterruptedException {
    try {
      for (long step = first; step < end; step++) {
        pace.await(step);
        roomOf(step).acquire();
        begin(step);
      }
    } finally {
      for (Semaphore place : room) {
        place.acquireUninterruptibly();
        place.release();
      }
    }
    rethrow();
  }

  private Semaphore roomOf(long step) {
    return room[(int) (step % room.length)];
  }

  private void begin(long step) throws InterruptedException {
    boolean begun = false;
    try {
      ExpertTable table = gate.begin(step);
      log.add(step, table.version());
      count(table, step);
      steps.execute(() -> serve(table, step));
      begun = true;
    } catch (RuntimeException | Error failed) {
      gate.fail("step %d: %s".formatted(step, FailureReason.words(failed)));
      throw failed;
    } finally {
      if (!begun) {
        roomOf(step).release();
      }
    }
  }

  private void serve(ExpertTable table, long step) {
    try {
      for (int layer = 0; layer < table.layers(); layer++) {
        for (int slot = 0; slot < table.slotsPerRank(); slot++) {
          if (table.expertAt(layer, rank, slot) != Placement.EMPTY) {
            weights.read(table, layer, slot);
          }
        }
      }
      gate.end(step);
    } catch (RuntimeException | Error wrong) {
      gate.fail("step %d: %s".formatted(step, FailureReason.words(wrong)));
      failure.compareAndSet(null, wrong);
    } finally {
      roomOf(step).release();
    }
  }

  private void rethrow() {
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  /** Counts the tokens of the rank's slots; an expert's replicas share its tokens. */
  private void count(ExpertTable table, long step) {
    int window = (int) (step % recording.windows());
    for (int layer = 0; layer < table.layers(); layer++) {
      for (int slot = 0; slot < table.slotsPerRank(); slot++) {
        int expert = table.expertAt(layer, rank, slot);
        if (expert != Placement.EMPTY) {
          long all = (long) recording.tokens(window, layer, expert);
          counts.record(table, layer, slot, share(table, layer, expert, slot, all, step));
        }
      }
    }
  }

  /** Returns a replica's share; which of them get the remainder changes from step to step. */
  private long share(ExpertTable table, int layer, int expert, int slot, long all, long step) {
    int replicas = table.replicaCount(layer, expert);
    int physical = rank * table.slotsPerRank() + slot;
    int replica = 0;
    while (table.physicalSlot(layer, expert, replica) != physical) {
      replica++;
    }
    return all / replicas + ((replica + step) % replicas < all % replicas ? 1 : 0);
  }
}
