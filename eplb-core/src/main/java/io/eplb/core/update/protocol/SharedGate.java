package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate that the ranks of a process share, held and sealed for one switch after another. Used on
 * one thread.
 *
 * <pre>
 *            hold                    all ranks drained            commit by one rank,
 *   FREE ──────────▶ HELD(switch) ─────────────────────▶ SEALED(switch) ──────────▶ FREE
 *    ▲                    │                                          abort by all
 *    └────────────────────┘ abort, a later switch or update, or overdue
 * </pre>
 *
 * A gate is free also while steps wait for a table without an absent rank. Only the outcome of its
 * own switch opens a sealed gate. Requests of other switches and updates are refused meanwhile; the
 * updater repeats those that must succeed.
 */
final class SharedGate {
  private static final Logger LOG = LoggerFactory.getLogger(SharedGate.class);

  private final ExpertWeights weights;
  private final StepGate gate;
  private final Duration switchLimit;
  private final Duration patience;
  private final Executor events;

  /** The newest update that a rank has joined. */
  private long update = Long.MIN_VALUE;

  /** The switch of a held or sealed gate, if any; greater than {@link #over}. */
  private @Nullable SwitchId current;

  /** The last switch that is over; all earlier ones are over too. */
  private @Nullable SwitchId over;

  /** The first step that is held up. */
  private long fence;

  private boolean fenceIsFinal;

  /** Per rank of the process, the answer to its request to drain, if it was made. */
  private final @Nullable CompletableFuture<Void>[] draining;

  /** The number of ranks, from the first on, that have drained; valid as long as the fence. */
  private int drained;

  /** The number of ranks, from the first on, whose drain was answered. */
  private int answered;

  /** The ranks that have not been told to put memory back. */
  private final BitSet undecided = new BitSet();

  /**
   * Creates the shared side of an open gate.
   *
   * @param weights the memory that is told of new tables
   * @param switchLimit the longest time that steps wait for the outcome before they fail
   * @param patience the longest time that they wait for a table without an absent rank
   * @param events runs later events of the gate on the thread of this object
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // There are no generic arrays.
  SharedGate(
      ExpertWeights weights,
      StepGate gate,
      Duration switchLimit,
      Duration patience,
      Executor events) {
    this.weights = weights;
    this.gate = gate;
    this.switchLimit = switchLimit;
    this.patience = patience;
    this.events = events;
    this.draining = new CompletableFuture[gate.ranks()];
  }

  /** Ends the switches of earlier updates, and refuses their requests from now on. */
  void join(int rank, long joined, long version) {
    requireNotBroken();
    if (joined < update) {
      throw new IllegalStateException("update " + joined + " is over");
    }
    if (joined > update) {
      leaveHeld();
      update = joined;
    }
    long serving = gate.current().version();
    if (version > serving) {
      throw outdated(rank, version);
    }
    if (version < serving) {
      throw new IllegalStateException(
          "rank %d serves version %d; update %d is for version %d"
              .formatted(rank, serving, joined, version));
    }
  }

  /** Goes on with the old table, if the gate is held; fails if it is sealed. */
  private void leaveHeld() {
    SwitchId held = current;
    if (held != null) {
      requireNotSealed();
      gate.reopen();
      conclude(held);
    }
  }

  private void requireNotSealed() {
    if (current != null && gate.phase() == GatePhase.SWITCHING) {
      throw new IllegalStateException("the outcome of " + current + " is not known yet");
    }
  }

  /** Stops the steps of a rank that has missed the table in force. */
  private InternalException outdated(int rank, long version) {
    String reason =
        "rank %d serves version %d, version %d is in force; it must restart from the record"
            .formatted(rank, gate.current().version(), version);
    fail(reason);
    return new InternalException(reason);
  }

  /** Holds steps for a switch; returns the last step that may still begin. */
  long hold(SwitchId id, Duration limit) {
    requireNotBroken();
    if (!id.equals(current)) {
      requireNotOver(id);
      leaveHeld();
      current = id;
      fenceIsFinal = false;
      for (int rank = gate.firstRank(); rank < gate.firstRank() + gate.ranks(); rank++) {
        undecided.set(rank, !gate.isAbsent(rank));
      }
      fence = gate.close(limit, () -> events.execute(this::look));
    }
    return fence - 1;
  }

  private void requireNotOver(SwitchId id) {
    if (isOver(id)) {
      throw new IllegalStateException(id + " is over");
    }
  }

  /** Returns whether a switch that is not the current one is over. */
  private boolean isOver(SwitchId id) {
    SwitchId last = current != null ? current : over;
    return (last != null && id.compareTo(last) <= 0)
        || id.update() < update
        || id.version() <= gate.current().version();
  }

  /** Completes when a rank has drained; for the last rank, when steps wait for the outcome. */
  CompletableFuture<Void> drain(int rank, SwitchId id, long from) {
    if (!id.equals(current)) {
      throw new IllegalStateException("rank " + rank + " does not hold its steps for " + id);
    }
    if (!fenceIsFinal && from > fence && !gate.raise(from)) {
      throw overdue();
    }
    fenceIsFinal = true;
    fence = Math.max(fence, from);
    int index = rank - gate.firstRank();
    CompletableFuture<Void> answer = draining[index];
    if (answer == null) {
      answer = new CompletableFuture<>();
      draining[index] = answer;
    }
    look();
    if (index < answered) {
      answer.complete(null);
    }
    return answer;
  }

  private static IllegalStateException overdue() {
    return new IllegalStateException("steps were held up for too long, and go on");
  }

  /**
   * Checks the gate, since a rank may have drained or a waiting step may have opened it. Ranks are
   * checked and answered in their order, so the cost of a drain grows with the ranks only.
   */
  private void look() {
    if (current == null || !fenceIsFinal) {
      return;
    }
    while (drained < draining.length && gate.drained(gate.firstRank() + drained)) {
      drained++;
    }
    if (drained == draining.length
        && gate.phase() == GatePhase.DRAINING
        && !gate.startSwitch(switchLimit)) {
      gate.reopen();
    }
    switch (gate.phase()) {
      case DRAINING -> answer(Math.min(drained, draining.length - 1));
      case SWITCHING -> answer(draining.length);
      default -> refuseDrains();
    }
  }

  private void answer(int end) {
    for (; answered < end; answered++) {
      CompletableFuture<Void> answer = draining[answered];
      if (answer != null) {
        answer.complete(null);
      }
    }
  }

  private void refuseDrains() {
    for (CompletableFuture<Void> answer : draining) {
      if (answer != null && !answer.isDone()) {
        answer.completeExceptionally(overdue());
      }
    }
  }

  void requireSwitching(SwitchId id) {
    if (!id.equals(current) || gate.phase() != GatePhase.SWITCHING) {
      throw new IllegalStateException("no steps wait for " + id);
    }
  }

  void commit(int rank, SwitchId id, ExpertTable table) {
    if (id.equals(current) && gate.phase() == GatePhase.SWITCHING) {
      // The first rank is enough: before the decision the memory of all agrees with the table.
      tell(table);
      gate.open(table);
      conclude(id);
    } else if (gate.current().version() < table.version()) {
      requireNotBroken();
      requireNotSealed();
      throw outdated(rank, table.version());
    }
  }

  private void tell(ExpertTable table) {
    try {
      weights.switched(table);
    } catch (RuntimeException | Error thrown) { // The commit stays.
      LOG.warn("the engine failed on being told of version {}", table.version(), thrown);
    }
  }

  void abort(int rank, SwitchId id) {
    requireNotBroken();
    if (id.equals(current)) {
      decide(rank, id);
    } else if (!isOver(id)) {
      leaveHeld();
      over = id;
    }
  }

  /** Notes that a rank has put memory back, or needs not; when all have, steps go on. */
  private void decide(int rank, SwitchId id) {
    undecided.clear(rank);
    if (undecided.isEmpty()) {
      if (!gate.reopen() && gate.phase() == GatePhase.SWITCHING) {
        gate.open(gate.current());
      }
      conclude(id);
    }
  }

  /** Takes a rank away: the others wait neither for its steps nor for its memory. */
  void lose(int rank) {
    SwitchId held = current;
    if (gate.lose(rank, patience) && held != null && undecided.get(rank)) {
      decide(rank, held);
    }
  }

  /** Takes a rank back; it serves from the first table on that places experts on it. */
  void readmit(int rank) {
    gate.readmit(rank);
  }

  void requireNotBroken() {
    if (isBroken()) {
      throw new InternalException(gate.whyBroken());
    }
  }

  boolean isBroken() {
    return gate.phase() == GatePhase.BROKEN;
  }

  private void conclude(SwitchId id) {
    current = null;
    over = id;
    undecided.clear();
    refuseDrains();
    Arrays.fill(draining, null);
    drained = 0;
    answered = 0;
  }

  long endedBelow(int rank) {
    return gate.endedBelow(rank);
  }

  /** Lets no step begin any more; memory agrees with no table. */
  void fail(String reason) {
    gate.fail(reason);
  }
}
