package io.eplb.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real threads against the gate: bounded by the number of switches, not by time. */
class StepGateAttackTest {
  private static final int RANKS = 4;
  private static final int SWITCHES = 5_000;

  /** How far a rank gets ahead of the slowest. */
  private static final int MOST_AHEAD = 8;

  /** More than the steps between the slowest and the fastest rank. */
  private static final int WINDOW = 256;

  /** Nothing takes that long unless a drain that is over is not told of. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ExpertTable initial = ExpertTable.initial(1, new EpTopology(RANKS, RANKS, 1, 1, 1));
  private final StepGate gate = new StepGate(initial);

  /** What recent steps ran with, on whichever rank began them first. */
  private final AtomicReferenceArray<@Nullable Step> recent = new AtomicReferenceArray<>(WINDOW);

  /** What stands for memory: plain, so that only the gate makes writes to it visible. */
  private long memory;

  private volatile boolean done;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noTwoRanksRunAStepWithDifferentTablesAndMemoryAgreesFromBeginningToEnd(
      boolean coordinatorWaitsToBeTold) throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    ConcurrentLinkedQueue<Step> toEnd = new ConcurrentLinkedQueue<>();
    for (int rank = 0; rank < RANKS; rank++) {
      int self = rank;
      tasks.add(
          () -> {
            serve(self, toEnd);
            return null;
          });
    }
    tasks.add(
        () -> {
          // Some steps are ended by another thread than the one that began them.
          while (!done || !toEnd.isEmpty()) {
            Step step = toEnd.poll();
            if (step != null) {
              step.end();
            } else {
              letOthersRun();
            }
          }
          return null;
        });
    tasks.add(
        () -> {
          switchTables(coordinatorWaitsToBeTold);
          return null;
        });
    run(tasks);

    assertEquals(SWITCHES, gate.current().version());
    assertEquals(SWITCHES, memory);
  }

  private void serve(int rank, ConcurrentLinkedQueue<Step> toEnd) throws InterruptedException {
    for (long number = 0; !done; number++) {
      while (number > slowest() + MOST_AHEAD && !done) {
        letOthersRun();
      }
      if (done) {
        return;
      }
      Step step = new Step(rank, number, gate.begin(rank, number));
      step.requireAgreement();
      step.requireSameTableAsOthers();
      if (number % 3 == 0) {
        toEnd.add(step);
      } else {
        step.end();
      }
    }
  }

  /** Spinning would keep the core from whoever is waited for. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void letOthersRun() {
    Thread.yield();
  }

  private long slowest() {
    long slowest = Long.MAX_VALUE;
    for (int rank = 0; rank < RANKS; rank++) {
      slowest = Math.min(slowest, gate.lastStarted(rank));
    }
    return slowest;
  }

  private void switchTables(boolean waitToBeTold) throws InterruptedException {
    Semaphore changes = new Semaphore(0);
    for (int round = 0; memory < SWITCHES && !done; round++) {
      changes.drainPermits();
      gate.close(LONG, changes::release);
      if (round % 3 == 0) {
        assertTrue(gate.reopen());
        continue;
      }
      while (!gate.startSwitch(LONG)) {
        assertEquals(GatePhase.DRAINING, gate.phase(), "nobody told that the drain was over");
        if (waitToBeTold) {
          changes.acquire();
        } else {
          letOthersRun();
        }
      }
      memory++;
      gate.open(ExpertTable.of(memory, RANKS, initial.placement()));
    }
  }

  private void run(List<Callable<Void>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<Void>> running = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  try {
                    return task.call();
                  } finally {
                    // The coordinator is through, or something is wrong.
                    done = true;
                  }
                }));
      }
      for (Future<Void> future : running) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private final class Step {
    private final int rank;
    private final long number;
    private final ExpertTable table;

    Step(int rank, long number, ExpertTable table) {
      this.rank = rank;
      this.number = number;
      this.table = table;
    }

    void end() {
      requireAgreement();
      gate.end(rank, number);
    }

    void requireAgreement() {
      if (table.version() != memory) {
        throw new AssertionError(table + " while memory is at " + memory);
      }
    }

    void requireSameTableAsOthers() {
      int at = (int) (number % WINDOW);
      Step before;
      do {
        before = recent.get(at);
        if (before != null && before.number == number) {
          assertEquals(before.table.version(), table.version(), "step " + number);
          return;
        }
      } while (!recent.compareAndSet(at, before, this));
    }
  }
}
