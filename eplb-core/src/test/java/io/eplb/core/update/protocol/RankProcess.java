package io.eplb.core.update.protocol;

import io.eplb.api.ExpertTable;
import io.eplb.core.serving.GatePhase;
import io.eplb.core.serving.StepGate;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
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
  private @Nullable SwitchId promised;
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
    this.serving = serving(faults);
    watch();
  }

  private StepGate gate(ExpertTable table, long nextStep) {
    return new StepGate(table, rank, 1, nextStep, time::nanoTime);
  }

  private SimulatedRank serving(Faults faults) {
    return new SimulatedRank(rank, time, random, faults, gate, tableOfStep, slowest, 500_000);
  }

  private RankAgent newSide() {
    return LocalRanks.of(weights, gate, lives, switchLimit, time::execute).get(0);
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
        side.abort(id);
      } else {
        side.commit(id, table);
      }
    }
    watch();
  }

  /** Takes note of a switch that steps are held for. */
  void promise(SwitchId id) {
    promised = id;
  }

  void die() {
    alive = false;
    serving.die();
  }

  /** Comes back without what it knew, and goes on with the step after its last. */
  void comeBack(Faults faults) {
    record.voidUndecided();
    start(record.current(), faults);
    outdated = false;
  }

  /** As {@link #comeBack}, but with what it has read of a record that was behind. */
  void comeBackOutdated(ExpertTable table, Faults faults) {
    start(table, faults);
    outdated = true;
  }

  private void start(ExpertTable table, Faults faults) {
    weights.reload(rank, table);
    long next = serving.next();
    gate = gate(table, next);
    lives++;
    side = newSide();
    promised = null;
    serving = serving(faults);
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
