package io.eplb.core.serving;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives every step its table. The package comment lists the states and their invariants.
 *
 * <p>Serving: steps are numbered 0, 1, 2, … the same on all ranks. A rank begins its steps in
 * order, one after another, and ends them in any order, from any thread. A step has to end before
 * the one {@value #MAX_IN_FLIGHT} steps later begins. Different ranks do not wait for each other.
 *
 * <p>Switching tables, by one thread at a time: {@link #close}, wait until {@link #drained}, {@link
 * #startSwitch}, rearrange memory, {@link #open}. Example, with two ranks that have begun steps 7
 * and 9:
 *
 * <pre>
 *   close        returns 10: both ranks still run steps up to 9 with the old table, step 10 waits
 *   drained      true once both ranks have ended step 9
 *   startSwitch  no step is in flight; memory is rearranged
 *   open(new)    step 10 begins on both ranks with the new table
 * </pre>
 *
 * <p>A rank that fails is {@link #lose lost}: no step of the others begins with a table that places
 * experts on it. It may {@link #readmit return}, and runs steps again from the first table on that
 * places experts on it anew. Example, with three ranks of which rank 2 fails:
 *
 * <pre>
 *   lose(2)      ranks 0 and 1 have begun step 9; step 10 waits, as the table needs rank 2
 *   a switch     to a table without rank 2: step 10 begins on ranks 0 and 1
 *   readmit(2)   ranks 0 and 1 go on
 *   a switch     to a table with rank 2: held up from step 40 on, which all three ranks begin
 * </pre>
 */
public final class StepGate {
  /** The most steps of one rank that may be in flight. */
  public static final int MAX_IN_FLIGHT = StepsInFlight.MOST;

  /** The longest time for which a gate may be closed. */
  public static final Duration MAX_LIMIT = Duration.ofDays(1);

  /** The number of looks that a waiting step takes before it parks. */
  private static final int SPINS = 200;

  private static final AtomicReferenceFieldUpdater<StepGate, Fence> FENCE =
      AtomicReferenceFieldUpdater.newUpdater(StepGate.class, Fence.class, "fence");

  private final int layers;
  private final int ranks;
  private final int slots;
  private final int first;
  private final int end;
  private final LongSupplier nanoTime;
  private final StepsInFlight steps;

  /** Per rank, the thread that waits to begin its next step, if one does. */
  private final AtomicReferenceArray<@Nullable Thread> waiting;

  /** Replaced by compare-and-set only. */
  private volatile Fence fence;

  /** Creates an open gate for all ranks; deadlines are read off the system's clock. */
  public StepGate(ExpertTable initial) {
    this(initial, System::nanoTime);
  }

  /**
   * Creates an open gate for all ranks, with another clock in nanoseconds; {@link #begin} waits in
   * real time all the same.
   */
  public StepGate(ExpertTable initial, LongSupplier nanoTime) {
    this(initial, 0, initial.ranks(), 0, nanoTime);
  }

  /**
   * Creates an open gate for the ranks of one process of several; each process has its own gate.
   *
   * @param firstRank the first of these ranks
   * @param ranks the number of these ranks, 1 or more
   * @param nextStep the step that each of them begins next, 0 or more
   * @throws InvalidInputException if the table has no such ranks, or a number is out of range
   */
  public StepGate(
      ExpertTable initial, int firstRank, int ranks, long nextStep, LongSupplier nanoTime) {
    this(
        initial,
        steps(initial, firstRank, ranks, nextStep),
        firstRank,
        firstRank + ranks,
        nanoTime);
  }

  private static StepsInFlight steps(ExpertTable initial, int first, int ranks, long nextStep) {
    if (first < 0 || ranks < 1 || ranks > initial.ranks() - first || nextStep < 0) {
      throw new InvalidInputException(
          "a gate for %d ranks from %d on and from step %d on; ranks are 0 to %d, steps 0 or more"
              .formatted(ranks, first, nextStep, initial.ranks() - 1));
    }
    return new StepsInFlight(first, first + ranks, nextStep);
  }

  /** Creates an open gate for the ranks [{@code first}, {@code end}). */
  StepGate(ExpertTable initial, StepsInFlight steps, int first, int end, LongSupplier nanoTime) {
    this.layers = initial.layers();
    this.ranks = initial.ranks();
    this.slots = initial.slotsPerRank();
    this.first = first;
    this.end = end;
    this.nanoTime = nanoTime;
    this.steps = steps;
    this.waiting = new AtomicReferenceArray<>(end - first);
    this.fence = Fence.open(initial, AbsentRanks.NONE);
  }

  /**
   * Begins a step; waits only while the gate is closed for it.
   *
   * @return the table of the step, until {@link #end}
   * @throws InterruptedException if the thread is interrupted while it waits; the step has not
   *     begun
   * @throws InvalidInputException if there is no such rank, it is absent, it is not the step that
   *     follows the rank's last one, or one {@value #MAX_IN_FLIGHT} steps behind is in flight
   * @throws InternalException if a switch or a table without an absent rank is overdue, or memory
   *     agrees with no table any more; the step has not begun, and may be tried again
   */
  public ExpertTable begin(int rank, long step) throws InterruptedException {
    requireNext(rank, step);
    ExpertTable table = admit(rank, step);
    return table != null ? table : await(rank, step);
  }

  /**
   * Begins a step, or returns null if the gate is closed for it: the step has not begun, ask again.
   * Never waits.
   *
   * @throws InvalidInputException as {@link #begin}
   * @throws InternalException as {@link #begin}
   */
  public @Nullable ExpertTable tryBegin(int rank, long step) {
    requireNext(rank, step);
    ExpertTable table = admit(rank, step);
    if (table == null && timeLeft(fence, rank, step) <= 0) {
      table = admit(rank, step);
    }
    return table;
  }

  private void requireNext(int rank, long step) {
    requireRank(rank);
    long next = steps.next(rank);
    if (step != next) {
      requireNotAbsent(fence, rank);
      throw new InvalidInputException(
          "rank %d begins step %d; its next step is %d".formatted(rank, step, next));
    }
    if (steps.hasNoRoomAfter(rank, step)) {
      throw new InvalidInputException(
          "rank %d begins step %d while step %d is in flight; that must end first"
              .formatted(rank, step, step - MAX_IN_FLIGHT));
    }
  }

  private static void requireNotAbsent(Fence seen, int rank) {
    if (seen.absent().contains(rank)) {
      throw new InvalidInputException(
          seen.absent().isLost(rank)
              ? "rank %d has failed; it begins steps again when it has returned".formatted(rank)
              : "rank %d has returned; it begins steps again with the first table that places experts on it"
                  .formatted(rank));
    }
  }

  private void requireRank(int rank) {
    if (rank < first || rank >= end) {
      throw new InvalidInputException(
          "rank %d does not exist; ranks are %d to %d".formatted(rank, first, end - 1));
    }
  }

  /** Begins a step unless the gate is closed for it. */
  private @Nullable ExpertTable admit(int rank, long step) {
    // A waiting step must not announce itself again and again: the rank would never be drained.
    if (step >= fence.closedFrom()) {
      return null;
    }
    steps.announce(rank, step);
    Fence seen = fence;
    if (step < seen.closedFrom() && !seen.absent().contains(rank)) {
      steps.start(rank, step);
      return seen.table();
    }
    remove(rank, step);
    return null;
  }

  private boolean remove(int rank, long step) {
    if (!steps.remove(rank, step)) {
      return false;
    }
    Fence seen = fence;
    if (seen.phase() == GatePhase.DRAINING && steps.drained(rank, seen.closedFrom())) {
      seen.changed().run();
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // Another fence was published, even if an equal one.
  private ExpertTable await(int rank, long step) throws InterruptedException {
    int spins = 0;
    try {
      while (true) {
        if (Thread.interrupted()) {
          throw new InterruptedException(
              "interrupted while rank " + rank + " waited to begin step " + step);
        }
        Fence seen = fence;
        long left = timeLeft(seen, rank, step);
        if (left <= 0) {
          ExpertTable table = admit(rank, step);
          if (table != null) {
            return table;
          }
        } else if (spins < SPINS) {
          spins++;
          Thread.onSpinWait();
        } else {
          waiting.set(rank - first, Thread.currentThread());
          if (fence == seen) {
            LockSupport.parkNanos(this, left);
          }
        }
      }
    } finally {
      waiting.set(rank - first, null);
    }
  }

  /**
   * Returns the nanoseconds that a step may have to wait; 0 or less if it may be tried again at
   * once: it is not held up, or the drain was overdue and has been given up.
   */
  private long timeLeft(Fence seen, int rank, long step) {
    requireNotAbsent(seen, rank);
    if (step < seen.closedFrom()) {
      return 0;
    }
    if (seen.phase() == GatePhase.BROKEN) {
      throw new InternalException(seen.reason());
    }
    long left = seen.deadline() - nanoTime.getAsLong();
    if (left <= 0) {
      if (seen.phase() == GatePhase.SWITCHING) {
        throw new InternalException(
            "memory is still being rearranged after version %d; it should have been done in time"
                .formatted(seen.table().version()));
      }
      if (seen.phase() == GatePhase.SUSPENDED) {
        throw new InternalException(
            "version %d needs rank %d, which has failed, and no other table has come in time"
                .formatted(seen.table().version(), seen.absent().firstNeededBy(seen.table())));
      }
      giveUp(seen);
    }
    return left;
  }

  /**
   * Ends a step that was begun.
   *
   * @throws InvalidInputException if there is no such rank or the step is not in flight
   */
  public void end(int rank, long step) {
    requireRank(rank);
    long started = steps.lastStarted(rank);
    if (step > started || step <= started - MAX_IN_FLIGHT || !remove(rank, step)) {
      throw new InvalidInputException(
          "rank %d ends step %d, which is not in flight; its last step is %d"
              .formatted(rank, step, started));
    }
  }

  /** Returns the table that serves: the old one until the gate has opened with the new one. */
  public ExpertTable current() {
    return fence.table();
  }

  /** Returns the phase of the gate at this instant. */
  public GatePhase phase() {
    return fence.phase();
  }

  /** Returns the reason why no step may begin any more; empty unless the gate is broken. */
  public String whyBroken() {
    return fence.reason();
  }

  /** Returns the first rank of this gate. */
  public int firstRank() {
    return first;
  }

  /** Returns the number of ranks of this gate. */
  public int ranks() {
    return end - first;
  }

  /**
   * Returns the last step that a rank has begun, −1 if none.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public long lastStarted(int rank) {
    requireRank(rank);
    return steps.lastStarted(rank);
  }

  /**
   * Closes the gate for all steps that no rank has begun yet. The others go on, also on ranks that
   * have not begun them.
   *
   * @param limit the longest time that steps may be held up before the drain counts as failed, 0 to
   *     {@link #MAX_LIMIT}
   * @param changed called, by threads that begin and end steps, when {@link #drained} may have
   *     become true; must be quick and must not throw
   * @return the first step that is held up
   * @throws InvalidInputException if the limit is out of range
   * @throws InternalException if the gate is neither open nor suspended
   */
  public long close(Duration limit, Runnable changed) {
    Fence before = fence;
    long deadline = deadline(limit);
    // Steps that wait for another table already are not let through.
    boolean suspended = before.phase() == GatePhase.SUSPENDED;
    long from = suspended ? before.closedFrom() : steps.lastAnnounced(before.absent()) + 1;
    Fence closed = before.draining(from, deadline, changed);
    if ((before.phase() != GatePhase.OPEN && !suspended) || !replace(before, closed)) {
      throw new InternalException("the gate is %s; it should be open".formatted(phase()));
    }
    return suspended ? from : raiseAboveSteps(closed);
  }

  /** Raises a new fence above all steps that have begun meanwhile; returns where it stands. */
  private long raiseAboveSteps(Fence closed) {
    long from = closed.closedFrom();
    while (true) {
      Fence seen = fence;
      if (seen.phase() != closed.phase()) {
        return from; // Overdue already, and given up by a waiting step.
      }
      from = seen.closedFrom();
      long last = steps.lastAnnounced(seen.absent());
      if (last < from) {
        return from;
      }
      replace(seen, seen.raisedTo(last + 1));
    }
  }

  /**
   * Takes a rank away that has failed. Its steps in flight count as ended, and it begins no more.
   * Steps that no other rank has begun yet wait if the table in force places experts on it, until a
   * switch to a table that places none on any absent rank. Steps that have begun go on, also on
   * ranks that have not begun them; what they compute without the rank is the engine's affair.
   *
   * @param limit the longest time that steps wait, from now and from each further switch on, before
   *     they fail; 0 to {@link #MAX_LIMIT}
   * @return false if the rank was lost already: nothing has changed
   * @throws InvalidInputException if the group has no such rank or the limit is out of range
   */
  public boolean lose(int rank, Duration limit) {
    Require.index("rank", rank, ranks);
    deadline(limit);
    while (true) {
      Fence seen = fence;
      if (seen.absent().isLost(rank)) {
        return false;
      }
      AbsentRanks absent = seen.absent().lost(rank, limit.toNanos(), nanoTime.getAsLong());
      boolean open = seen.phase() == GatePhase.OPEN;
      Fence next =
          open
              ? Fence.atRest(seen.table(), absent, steps.lastAnnounced(absent) + 1)
              : seen.phase() == GatePhase.SUSPENDED
                  ? Fence.atRest(seen.table(), absent, seen.closedFrom())
                  : seen.withAbsent(absent);
      if (replace(seen, next)) {
        if (open && next.phase() == GatePhase.SUSPENDED) {
          raiseAboveSteps(next);
        }
        next.changed().run();
        return true;
      }
    }
  }

  /**
   * Takes a lost rank back. It stays absent until steps begin with a table that places experts on
   * it; then {@link #lastStarted} plus one is the step that it begins next.
   *
   * @return false if the rank is not lost: nothing has changed
   * @throws InvalidInputException if the group has no such rank
   * @throws InternalException if the table in force places experts on it still: they are lost
   */
  public boolean readmit(int rank) {
    Require.index("rank", rank, ranks);
    while (true) {
      Fence seen = fence;
      if (!seen.absent().isLost(rank)) {
        return false;
      }
      if (AbsentRanks.holdsAny(seen.table(), rank)) {
        throw new InternalException(
            "version %d places experts on rank %d, which has lost them; another table must come first"
                .formatted(seen.table().version(), rank));
      }
      if (replace(seen, seen.withAbsent(seen.absent().returned(rank)))) {
        return true;
      }
    }
  }

  /**
   * Returns whether a rank runs no steps: it is lost, or has returned and waits for a table.
   *
   * @throws InvalidInputException if the group has no such rank
   */
  public boolean isAbsent(int rank) {
    Require.index("rank", rank, ranks);
    return fence.absent().contains(rank);
  }

  /**
   * Lets all steps below a higher fence begin, since other processes have begun them.
   *
   * @param from the first step that is held up from now on; no lower than before
   * @return whether the gate was draining, and now holds up steps from that one on
   */
  public boolean raise(long from) {
    Fence seen = fence;
    return seen.phase() == GatePhase.DRAINING
        && from >= seen.closedFrom()
        && replace(seen, seen.raisedTo(from));
  }

  /** Returns whether the gate is draining, and every rank has begun and ended all earlier steps. */
  public boolean drained() {
    for (int rank = first; rank < end; rank++) {
      if (!drained(rank)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether the gate is draining, and a rank has begun and ended all earlier steps, or is
   * absent.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public boolean drained(int rank) {
    requireRank(rank);
    Fence seen = fence;
    return seen.phase() == GatePhase.DRAINING
        && (seen.absent().contains(rank) || steps.drained(rank, seen.closedFrom()));
  }

  /**
   * Returns the first step that a rank has not begun, or has not ended.
   *
   * @throws InvalidInputException if there is no such rank
   */
  public long endedBelow(int rank) {
    requireRank(rank);
    return steps.endedBelow(rank);
  }

  /**
   * Keeps the gate closed while memory is rearranged.
   *
   * @param limit how long a step waits for that before it fails, 0 to {@link #MAX_LIMIT}
   * @return false if the gate is not drained, or is open again because the drain was overdue
   * @throws InvalidInputException if the limit is out of range
   */
  public boolean startSwitch(Duration limit) {
    long deadline = deadline(limit);
    Fence seen = fence;
    return drained()
        && nanoTime.getAsLong() - seen.deadline() < 0
        && replace(seen, seen.switching(deadline));
  }

  private long deadline(Duration limit) {
    if (limit.isNegative() || limit.compareTo(MAX_LIMIT) > 0) {
      throw new InvalidInputException(
          "the limit is " + limit + "; it must be between 0 and " + MAX_LIMIT);
    }
    return nanoTime.getAsLong() + limit.toNanos();
  }

  /**
   * Opens the gate after a switch, with a new table or the old one.
   *
   * @throws InternalException if the gate is not switching, or the table has another shape
   */
  public void open(ExpertTable table) {
    Fence seen = fence;
    if (table.layers() != layers || table.ranks() != ranks || table.slotsPerRank() != slots) {
      throw new InternalException(
          "the new table has %d layers × %d ranks × %d slots, the gate %d × %d × %d; they must agree"
              .formatted(
                  table.layers(), table.ranks(), table.slotsPerRank(), layers, ranks, slots));
    }
    Fence next;
    do {
      seen = fence;
      if (seen.phase() != GatePhase.SWITCHING) {
        throw new InternalException("the gate is %s; it should be switching".formatted(phase()));
      }
      BitSet joining = seen.absent().joining(table);
      long from = seen.closedFrom();
      joining.stream()
          .filter(rank -> rank >= first && rank < end)
          .forEach(rank -> steps.rejoin(rank, from));
      AbsentRanks absent =
          seen.absent() == AbsentRanks.NONE
              ? AbsentRanks.NONE
              : seen.absent().without(joining, nanoTime.getAsLong());
      next = Fence.atRest(table, absent, from);
    } while (!replace(seen, next));
  }

  /**
   * Gives up a drain: opens the gate with the old table, unless that needs an absent rank. Returns
   * whether it was draining.
   */
  public boolean reopen() {
    Fence seen = fence;
    return seen.phase() == GatePhase.DRAINING && giveUp(seen);
  }

  private boolean giveUp(Fence draining) {
    Fence rest = Fence.atRest(draining.table(), draining.absent(), draining.closedFrom());
    boolean opened = replace(draining, rest);
    if (opened) {
      draining.changed().run();
    }
    return opened;
  }

  /**
   * Lets no step begin any more, since memory agrees with no table, or the table is outdated. A
   * gate that is broken already keeps its reason.
   *
   * @param reason what happened, on one line: the message of the error that steps get
   */
  public void fail(String reason) {
    Fence seen = fence;
    while (seen.phase() != GatePhase.BROKEN && !replace(seen, seen.broken(reason))) {
      seen = fence;
    }
    if (seen.phase() == GatePhase.DRAINING) {
      seen.changed().run();
    }
  }

  private boolean replace(Fence before, Fence after) {
    if (!FENCE.compareAndSet(this, before, after)) {
      return false;
    }
    for (int rank = 0; rank < waiting.length(); rank++) {
      Thread thread = waiting.get(rank);
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }
    return true;
  }
}
