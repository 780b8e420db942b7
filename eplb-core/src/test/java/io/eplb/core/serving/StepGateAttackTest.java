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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real threads against the gate: bounded by the number of switches, not by time. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class StepGateAttackTest {
  private static final int RANKS = 4;
  private static final int SWITCHES = 3_000;

  private static final int CLOSE_CALLS = 2_000;

  /** The number of looks of a thread before it lets others run: some microseconds. */
  private static final int SPINS = 2_000;

  /** The steps by which a rank gets ahead of the slowest. */
  private static final int MOST_AHEAD = 8;

  /** The number of steps that a step may be in flight while its rank goes on. */
  private static final int MOST_BEHIND = 30;

  /** More than the steps between the slowest and the fastest rank. */
  private static final int WINDOW = 256;

  /**
   * The time that a drain or a switch may take, on a clock that stands still: nothing is overdue.
   */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final ExpertTable initial = ExpertTable.initial(1, EpTopology.of(RANKS, RANKS, 1, 1, 1));
  private final StepGate gate = new StepGate(initial, () -> 0L);

  /** The versions of recent steps, as the rank that began each first had them. */
  private final AtomicReferenceArray<@Nullable Step> recent = new AtomicReferenceArray<>(WINDOW);

  /** A stand-in for memory: plain, so that only the gate makes writes to it visible. */
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

  /**
   * One rank runs at full speed on a core of its own, so that it is about to begin a step in many
   * of the instants at which the gate closes; whoever closes it runs the steps of the others.
   */
  @Test
  void aStepThatIsAboutToBeginWhenTheGateClosesIsNotOverlooked() throws Exception {
    AtomicLongArray versions = new AtomicLongArray(1 << 16);
    run(
        List.of(
            () -> {
              for (long step = 0; !done; step++) {
                ExpertTable table = gate.begin(0, step);
                versions.setRelease(
                    (int) step & (versions.length() - 1), step << Integer.SIZE | table.version());
                if (table.version() != memory) {
                  throw new AssertionError(table + " while memory is at " + memory);
                }
                gate.end(0, step);
              }
              return null;
            },
            () -> {
              for (long next = 0; memory < CLOSE_CALLS && !done; ) {
                long from = gate.close(LIMIT, () -> {});
                next = runOthers(next, from);
                for (int looks = 0; !gate.startSwitch(LIMIT) && !done; looks++) {
                  lookAgain(looks);
                }
                memory++;
                gate.open(ExpertTable.of(memory, RANKS, initial.placement()));
                for (int looks = 0; gate.lastStarted(0) <= from && !done; looks++) {
                  lookAgain(looks);
                }
                long seen = versions.getAcquire((int) from & (versions.length() - 1));
                if (seen >> Integer.SIZE == from) {
                  assertEquals(
                      memory, seen & 0xFFFF_FFFFL, "the version that step " + from + " ran with");
                }
              }
              return null;
            }));
    assertEquals(CLOSE_CALLS, memory);
  }

  /** Spins, for the sake of narrow races, but not where the other one may have no core. */
  private static void lookAgain(int looks) {
    if (looks < SPINS) {
      Thread.onSpinWait();
    } else {
      letOthersRun();
    }
  }

  private long runOthers(long from, long to) throws InterruptedException {
    for (long step = from; step < to; step++) {
      for (int rank = 1; rank < RANKS; rank++) {
        gate.begin(rank, step);
        gate.end(rank, step);
      }
    }
    return Math.max(from, to);
  }

  private void serve(int rank, ConcurrentLinkedQueue<Step> toEnd) throws InterruptedException {
    Step lent = null;
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
      if (lent == null || lent.ended) {
        lent = step;
        toEnd.add(step);
      } else {
        step.end();
        while (!done && !lent.ended && number - lent.number > MOST_BEHIND) {
          letOthersRun();
        }
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
      long from = gate.close(LIMIT, changes::release);
      if (round % 3 == 0) {
        assertTrue(gate.reopen());
        waitForStep(from);
        continue;
      }
      while (!gate.startSwitch(LIMIT)) {
        assertEquals(GatePhase.DRAINING, gate.phase(), "nobody told that the drain was over");
        if (waitToBeTold) {
          changes.acquire();
        } else {
          letOthersRun();
        }
      }
      memory++;
      gate.open(ExpertTable.of(memory, RANKS, initial.placement()));
      waitForStep(from);
    }
  }

  /** Waits until some rank has begun a step, so that steps and switches stay interleaved. */
  private void waitForStep(long step) {
    long fastest;
    do {
      fastest = -1;
      for (int rank = 0; rank < RANKS; rank++) {
        fastest = Math.max(fastest, gate.lastStarted(rank));
      }
      if (fastest < step) {
        letOthersRun();
      }
    } while (fastest < step && !done);
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
    private volatile boolean ended;

    Step(int rank, long number, ExpertTable table) {
      this.rank = rank;
      this.number = number;
      this.table = table;
    }

    void end() {
      requireAgreement();
      gate.end(rank, number);
      ended = true;
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
