package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.VirtualTime;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** One rank that runs steps in virtual time, several at once, until it is told to rest. */
final class SimulatedRank {
  /** Ranks need each other's tokens, so none gets far ahead of the others. */
  private static final int MOST_AHEAD = 8;

  private final int rank;
  private final VirtualTime time;
  private final Random random;
  private final StepGate gate;
  private final Map<Long, ExpertTable> tableOfStep;
  private final LongSupplier slowest;
  private final int mostInFlight;

  /** The steps in flight with the tables that they run with. */
  private final NavigableMap<Long, ExpertTable> leases = new TreeMap<>();

  private final Map<Long, Boolean> hanging = new TreeMap<>();
  private Faults faults;
  private int longest;
  private long next;
  private boolean silent;
  private boolean resting;
  private boolean dead;
  private String complaint = "";

  /**
   * Starts with step 0.
   *
   * @param longest the nanoseconds that pass at most until it does something again
   */
  SimulatedRank(
      int rank,
      VirtualTime time,
      Random random,
      Faults faults,
      StepGate gate,
      Map<Long, ExpertTable> tableOfStep,
      LongSupplier slowest,
      int longest) {
    this.rank = rank;
    this.time = time;
    this.random = random;
    this.faults = faults;
    this.gate = gate;
    this.tableOfStep = tableOfStep;
    this.slowest = slowest;
    this.longest = longest;
    this.mostInFlight = 1 + random.nextInt(4);
    later(this::act);
  }

  private void later(Runnable action) {
    time.at(time.nanoTime() + 1 + random.nextInt(longest), action);
  }

  private void act() {
    if (resting) {
      return;
    }
    silent |= random.nextDouble() < faults.rankGoesSilent;
    long oldest = leases.isEmpty() ? next : leases.firstKey();
    if (!silent
        && leases.size() < mostInFlight
        && next <= slowest.getAsLong() + MOST_AHEAD
        && next < oldest + StepGate.MAX_IN_FLIGHT) {
      begin();
    }
    later(this::act);
  }

  private void begin() {
    ExpertTable table;
    try {
      table = gate.tryBegin(rank, next);
    } catch (InternalException broken) {
      return;
    }
    if (table == null) {
      return;
    }
    long step = next++;
    ExpertTable others = tableOfStep.putIfAbsent(step, table);
    if (others != null && !others.equals(table)) {
      complaint =
          "step %d runs with version %d on rank %d, with version %d elsewhere"
              .formatted(step, table.version(), rank, others.version());
    }
    leases.put(step, table);
    if (random.nextDouble() < faults.stepNeverEnds) {
      hanging.put(step, true);
    } else {
      later(() -> end(step));
    }
  }

  private void end(long step) {
    if (dead) {
      return;
    }
    leases.remove(step);
    gate.end(rank, step);
  }

  /** Returns the step that it begins next. */
  long next() {
    return next;
  }

  /** Ends what hangs, and makes the rank speak again, soon enough for any drain. */
  void recover(Faults others) {
    faults = others;
    silent = false;
    longest = Math.min(longest, 200_000);
    for (long step : hanging.keySet()) {
      end(step);
    }
    hanging.clear();
  }

  void rest() {
    resting = true;
  }

  /** Goes on with a step that is not the first. */
  void startAt(long step) {
    next = step;
  }

  /** Drops everything and does nothing any more. */
  void die() {
    dead = true;
    resting = true;
    leases.clear();
    hanging.clear();
  }

  Map<Long, ExpertTable> leases() {
    return leases;
  }

  String complaint() {
    return complaint;
  }
}
