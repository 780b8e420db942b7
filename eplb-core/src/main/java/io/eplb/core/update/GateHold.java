package io.eplb.core.update;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes and opens the gate that the ranks of a process share, as one switch after another asks
 * each of them: closed by the first that is asked, opened by the first that is told of a commit, or
 * by the last that has put memory back. Used on one thread.
 */
final class GateHold {
  private static final Logger LOG = LoggerFactory.getLogger(GateHold.class);

  private final ExpertWeights weights;
  private final StepGate gate;
  private final Duration switchLimit;
  private final Executor events;

  /** The switch that the gate is closed for, if any. */
  private @Nullable SwitchId current;

  /** The last switch whose outcome is known: of this and earlier ones nothing more is done. */
  private @Nullable SwitchId over;

  /** The first step that is held up. */
  private long fence;

  private boolean fenceIsFinal;

  /** The ranks that have been asked to drain, until they have. */
  private final Map<Integer, CompletableFuture<Void>> draining = new TreeMap<>();

  /** The ranks that have not been told to put memory back. */
  private final BitSet undecided = new BitSet();

  /**
   * Creates one for an open gate.
   *
   * @param weights is told of new tables
   * @param switchLimit how long steps wait for the outcome before they fail
   * @param events runs what happens to the gate later on the thread that this is used on
   */
  GateHold(ExpertWeights weights, StepGate gate, Duration switchLimit, Executor events) {
    this.weights = weights;
    this.gate = gate;
    this.switchLimit = switchLimit;
    this.events = events;
  }

  /** Returns the last step that may begin for the time being. */
  long hold(SwitchId id, Duration limit) {
    if (isOver(id)) {
      throw new IllegalStateException(id + " is over");
    }
    if (!id.equals(current)) {
      if (current != null) {
        if (gate.phase() == GatePhase.SWITCHING) {
          throw new IllegalStateException("the outcome of " + current + " is not known yet");
        }
        gate.reopen();
        conclude(current);
      }
      current = id;
      fenceIsFinal = false;
      undecided.set(gate.firstRank(), gate.firstRank() + gate.ranks());
      fence = gate.close(limit, () -> events.execute(this::look));
    }
    return fence - 1;
  }

  private boolean isOver(SwitchId id) {
    SwitchId last = over;
    return last != null && id.compareTo(last) <= 0;
  }

  /** Completes when a rank has drained; the last rank's only when steps wait for the outcome. */
  CompletableFuture<Void> drain(int rank, SwitchId id, long from) {
    if (!id.equals(current)) {
      throw new IllegalStateException("rank " + rank + " does not hold its steps for " + id);
    }
    if (!fenceIsFinal && from > fence && !gate.raise(from)) {
      throw overdue();
    }
    fenceIsFinal = true;
    fence = Math.max(fence, from);
    CompletableFuture<Void> drained =
        draining.computeIfAbsent(rank, asked -> new CompletableFuture<>());
    look();
    return drained;
  }

  private static IllegalStateException overdue() {
    return new IllegalStateException("steps were held up for too long, and go on");
  }

  /** Looks at the gate, since a rank may have drained or somebody has opened it. */
  private void look() {
    if (!fenceIsFinal) {
      return;
    }
    if (gate.drained() && !gate.startSwitch(switchLimit)) {
      gate.reopen();
    }
    GatePhase phase = gate.phase();
    draining.forEach(
        (rank, drained) -> {
          if (phase == GatePhase.SWITCHING || gate.drained(rank)) {
            drained.complete(null);
          } else if (phase != GatePhase.DRAINING) {
            drained.completeExceptionally(overdue());
          }
        });
  }

  void requireSwitching(SwitchId id) {
    if (!id.equals(current) || gate.phase() != GatePhase.SWITCHING) {
      throw new IllegalStateException("no steps wait for " + id);
    }
  }

  void commit(int rank, SwitchId id, ExpertTable table) {
    if (isOver(id)) {
      return;
    }
    if (!id.equals(current) && gate.current().version() >= table.version()) {
      return; // The rank has come back since, with the record's table.
    }
    if (!id.equals(current) || gate.phase() != GatePhase.SWITCHING) {
      requireNotBroken();
      throw new InternalException(
          "rank %d is to commit %s, which it has not drained for".formatted(rank, id));
    }
    // The first rank that is told will do: before the decision all of them hold what it says.
    tell(table);
    gate.open(table);
    conclude(id);
  }

  private void tell(ExpertTable table) {
    try {
      weights.switched(table);
    } catch (RuntimeException | Error thrown) { // What is committed stays so.
      LOG.warn("the engine failed on being told of version {}", table.version(), thrown);
    }
  }

  void abort(int rank, SwitchId id) {
    requireNotBroken();
    if (isOver(id)) {
      return;
    }
    if (!id.equals(current)) {
      over = id;
      return;
    }
    undecided.clear(rank);
    if (undecided.isEmpty()) {
      if (!gate.reopen() && gate.phase() == GatePhase.SWITCHING) {
        gate.open(gate.current());
      }
      conclude(id);
    }
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
    draining.values().forEach(drained -> drained.completeExceptionally(overdue()));
    draining.clear();
  }

  long endedBelow(int rank) {
    return gate.endedBelow(rank);
  }

  /** Lets no step begin any more; memory agrees with no table. */
  void fail(String reason) {
    gate.fail(reason);
  }
}
