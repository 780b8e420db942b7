package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process of one rank, with a gate of its own, that dies and comes back. What it has promised and
 * does not know the outcome of, it asks the record for.
 */
final class RankProcess {
  private final int rank;
  private final VirtualTime time;
  private final Random random;
  private final SimulatedWeights weights;
  private final SimulatedRecord record;
  private final BooleanSupplier recordIsThere;
  private final Duration switchLimit;
  private final Map<Long, ExpertTable> tableOfStep;
  private final LongSupplier slowest;

  private StepGate gate;
  private RankAgent side;
  private SimulatedRank serving;
  private boolean alive = true;
  private boolean outdated;
  private int lives = 1;

  /** The update and the newest switch that this life takes part in, and the last that is over. */
  private long update = Long.MIN_VALUE;

  private @Nullable SwitchId promised;
  private @Nullable SwitchId over;
  private String complaint = "";
  private @Nullable SwitchId openAtLastLook;

  RankProcess(
      int rank,
      VirtualTime time,
      Random random,
      Faults faults,
      SimulatedWeights weights,
      SimulatedRecord record,
      BooleanSupplier recordIsThere,
      Duration switchLimit,
      Map<Long, ExpertTable> tableOfStep,
      LongSupplier slowest) {
    this.rank = rank;
    this.time = time;
    this.random = random;
    this.weights = weights;
    this.record = record;
    this.recordIsThere = recordIsThere;
    this.switchLimit = switchLimit;
    this.tableOfStep = tableOfStep;
    this.slowest = slowest;
    this.gate = gate(record.current(), 0);
    this.side = newSide();
    this.serving = serving(faults, tableOfStep);
    watch();
  }

  private StepGate gate(ExpertTable table, long nextStep) {
    return new StepGate(table, rank, 1, nextStep, time::nanoTime);
  }

  private SimulatedRank serving(Faults faults, Map<Long, ExpertTable> steps) {
    return new SimulatedRank(rank, time, random, faults, gate, steps, slowest, 500_000);
  }

  private RankAgent newSide() {
    return LocalRanks.of(weights, gate, lives, switchLimit, switchLimit, time::execute).get(0);
  }

  /** Looks from time to time whether a promise has been open for so long that nobody will tell. */
  private void watch() {
    time.at(time.nanoTime() + 4 * switchLimit.toNanos(), this::look);
  }

  private void look() {
    SwitchId id = gate.phase() == GatePhase.SWITCHING ? promised : null;
    boolean forLong = id != null && id.equals(openAtLastLook);
    openAtLastLook = id;
    if (alive && id != null && forLong && recordIsThere.getAsBoolean()) {
      Decision decision = record.voidUnlessDecided(id);
      ExpertTable table = decision.table();
      if (table == null) {
        abort(id);
      } else {
        commit(id, table);
      }
    }
    watch();
  }

  /** Passes on a request to join; the rank may go to a later update only, with an open gate. */
  CompletionStage<Long> join(long number, long version) {
    CompletionStage<Long> joined = side.join(number, version);
    if (hasSucceeded(joined)) {
      require(number >= update, () -> "joins update %d after %d".formatted(number, update));
      require(
          number == update || gate.phase() == GatePhase.OPEN,
          () -> "joins update %d with a gate that is %s".formatted(number, gate.phase()));
    }
    if (number >= update) {
      requireNotOutdated(version);
    }
    update = Math.max(update, hasSucceeded(joined) ? number : update);
    return joined;
  }

  /** Passes on a request to hold; the rank may go to a later switch of its update only. */
  CompletionStage<Long> hold(SwitchId id, long incarnation, Duration limit) {
    CompletionStage<Long> held = side.hold(id, incarnation, limit);
    if (hasSucceeded(held)) {
      require(
          incarnation == lives,
          () -> "holds for incarnation %d; it is %d".formatted(incarnation, lives));
      require(id.update() == update, () -> "holds for %s in update %d".formatted(id, update));
      require(
          promised == null || id.compareTo(promised) >= 0,
          () -> "holds for %s after %s".formatted(id, promised));
      require(
          over == null || id.compareTo(over) > 0,
          () -> "holds for %s after the end of %s".formatted(id, over));
      promised = id;
    }
    return held;
  }

  CompletionStage<Void> commit(SwitchId id, ExpertTable table) {
    CompletionStage<Void> committed = side.commit(id, table);
    requireNotOutdated(table.version());
    return ended(id, committed);
  }

  CompletionStage<Void> abort(SwitchId id) {
    return ended(id, side.abort(id));
  }

  private CompletionStage<Void> ended(SwitchId id, CompletionStage<Void> told) {
    if (hasSucceeded(told) && (over == null || id.compareTo(over) > 0)) {
      over = id;
    }
    return told;
  }

  /** A rank that has heard of a later version serves no earlier one. */
  private void requireNotOutdated(long version) {
    GatePhase phase = gate.phase();
    require(
        gate.current().version() >= version
            || phase == GatePhase.BROKEN
            || phase == GatePhase.SWITCHING,
        () ->
            "goes on with version %d, and has heard of version %d"
                .formatted(gate.current().version(), version));
  }

  private static boolean hasSucceeded(CompletionStage<?> stage) {
    CompletableFuture<?> answer = stage.toCompletableFuture();
    return answer.isDone() && !answer.isCompletedExceptionally();
  }

  private void require(boolean holds, Supplier<String> otherwise) {
    if (!holds && complaint.isEmpty()) {
      complaint = "rank " + rank + " " + otherwise.get();
    }
  }

  /** Returns the first rule that the rank has broken; empty if none. */
  String complaint() {
    return complaint;
  }

  /** Returns whether steps wait for the outcome of a switch. */
  boolean waitsFor(SwitchId id) {
    return gate.phase() == GatePhase.SWITCHING && id.equals(promised);
  }

  void die() {
    alive = false;
    serving.die();
  }

  /** Comes back without what it knew, and goes on with the step after its last. */
  void comeBack(Faults faults) {
    record.voidUndecided();
    start(record.current(), faults, tableOfStep);
    outdated = false;
  }

  /** As {@link #comeBack}, but with what it has read of a record that was behind. */
  void comeBackOutdated(ExpertTable table, Faults faults) {
    start(table, faults, new HashMap<>()); // Its steps cannot agree with those of others.
    outdated = true;
  }

  private void start(ExpertTable table, Faults faults, Map<Long, ExpertTable> steps) {
    weights.reload(rank, table);
    long next = serving.next();
    gate = gate(table, next);
    lives++;
    side = newSide();
    update = Long.MIN_VALUE;
    promised = null;
    over = null;
    serving = serving(faults, steps);
    serving.startAt(next);
    alive = true;
  }

  /** Returns whether it has started with a table that another one had replaced. */
  boolean isOutdated() {
    return outdated;
  }

  boolean isAlive() {
    return alive;
  }

  RankAgent side() {
    return side;
  }

  StepGate gate() {
    return gate;
  }

  SimulatedRank serving() {
    return serving;
  }
}
