package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.update.promise.RankGate;
import java.util.concurrent.locks.LockSupport;

/**
 * The agent's side of a gate, for one start of the engine. It has no state of its own: an agent
 * that restarts attaches again and finds a promise or a committed change as it was. At most one
 * agent is attached at a time.
 *
 * <p>When the engine starts anew, everything fails but {@link #status}, which says that the gate is
 * broken, and {@link #engineState}.
 */
public final class AgentGate implements RankGate {
  private static final String RESTARTED = "the engine has started anew";

  /** The looks at a table that is being replaced; one engine needs a few milliseconds. */
  private static final int LOOKS = 2_000;

  private static final long LOOK_NANOS = 50_000;

  private final GateMemory memory;
  private final GateSteps steps;
  private final TableArea tables;
  private final ChangeArea changes;
  private final long incarnation;

  /** A word of the engine's start; the others of it have the same number of starts. */
  private final long start;

  /**
   * Attaches to the engine that has started last.
   *
   * @throws IllegalStateException if no engine has started
   */
  public AgentGate(GateMemory memory) {
    this(memory, new GateSteps(memory));
  }

  AgentGate(GateMemory memory, GateSteps steps) {
    this.memory = memory;
    this.steps = steps;
    this.tables = new TableArea(memory);
    this.changes = new ChangeArea(memory);
    // In this order: an engine that starts meanwhile has written its number before its word.
    this.start = word();
    this.incarnation = memory.get(GateMemory.INCARNATION);
    if (incarnation == 0) {
      throw new IllegalStateException("no engine has started at this gate");
    }
  }

  private long word() {
    return memory.get(GateMemory.GATE);
  }

  private boolean isOfThisStart(long word) {
    return GateWord.starts(word) == GateWord.starts(start);
  }

  /** Returns the word of this start of the engine. */
  private long ownWord() {
    long seen = word();
    if (!isOfThisStart(seen)) {
      throw new IllegalStateException(RESTARTED);
    }
    return seen;
  }

  private void replace(long before, long after) {
    if (!memory.replace(GateMemory.GATE, before, after)) {
      Status now = status();
      throw new IllegalStateException("the gate is " + now.phase() + ": " + now.reason());
    }
  }

  /** Returns the number of the engine's start, 1 or more. */
  public long incarnation() {
    return incarnation;
  }

  /** Returns the state of the engine at this instant. */
  public EngineState engineState() {
    long seen = word();
    if (!isOfThisStart(seen)) {
      return EngineState.RESTARTED;
    }
    return switch (GateWord.phase(seen)) {
      case GateWord.STARTING -> EngineState.STARTING;
      case GateWord.LOADING -> EngineState.LOADING;
      default -> EngineState.SERVING;
    };
  }

  /**
   * Gives the engine the table that it starts with.
   *
   * @param firstStep the step that it begins first; not below {@link #nextStep}
   * @throws InvalidInputException if the table has another shape, or the step is out of range
   * @throws IllegalStateException if the engine is not {@link EngineState#STARTING}
   */
  public void start(ExpertTable table, long firstStep) {
    long seen = ownWord();
    if (GateWord.phase(seen) != GateWord.STARTING) {
      throw new IllegalStateException("the engine is " + engineState() + "; it has a table");
    }
    if (!memory.shape().fits(table)) {
      throw new InvalidInputException("%s does not fit %s".formatted(table, memory.shape()));
    }
    if (firstStep < nextStep() || firstStep >= EngineGate.MAX_STEPS) {
      throw new InvalidInputException(
          "the engine starts with step %d; it must be at least %d, which it has not run yet"
              .formatted(firstStep, nextStep()));
    }
    changes.write(table, firstStep);
    replace(seen, GateWord.of(GateWord.LOADING, 0, seen));
  }

  /** Returns the first step that the rank has not begun, in this start or an earlier one. */
  public long nextStep() {
    return steps.next();
  }

  /** Returns the first step that the rank has not begun or not ended. */
  public long endedBelow() {
    return steps.endedBelow();
  }

  /**
   * Returns the steps that have waited at a fence for the outcome of a switch, in all starts of the
   * engine.
   */
  public FenceWaits fenceWaits() {
    return new FenceWaits(memory.get(GateMemory.WAITS), memory.get(GateMemory.WAITED_NANOS));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the engine has no table yet, has died while it replaced its
   *     table, or has started anew, or the promise is damaged
   */
  @Override
  public View view() {
    for (int look = 0; look < LOOKS; look++) {
      long seen = ownWord();
      int phase = GateWord.phase(seen);
      if (phase == GateWord.STARTING || phase == GateWord.LOADING) {
        throw new IllegalStateException("the engine has no table yet");
      }
      ExpertTable table = tables.read();
      Pending pending =
          phase == GateWord.PROMISED || phase == GateWord.COMMITTED
              ? changes.read(GateWord.fence(seen)).toPending(phase == GateWord.COMMITTED)
              : null;
      if (table != null && word() == seen) {
        boolean carriedOut = pending != null && pending.change().version() == table.version();
        return new View(table, carriedOut ? null : pending);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new IllegalStateException("the engine has died while it replaced its table");
  }

  @Override
  public Status status() {
    long seen = word();
    long version = tables.version();
    long next = steps.next();
    int phase = GateWord.phase(seen);
    if (!isOfThisStart(seen)) {
      return new Status(Phase.BROKEN, version, next, false, RESTARTED);
    }
    return switch (phase) {
      case GateWord.OPEN -> new Status(Phase.OPEN, version, next, false, "");
      case GateWord.PROMISED ->
          new Status(
              Phase.PROMISED,
              version,
              next,
              memory.get(GateMemory.WAITING) >= GateWord.fence(seen),
              "");
      case GateWord.COMMITTED -> new Status(Phase.COMMITTED, version, next, false, "");
      case GateWord.BROKEN_BY_ENGINE ->
          new Status(Phase.BROKEN, version, next, false, reason(GateMemory.ENGINE_REASON));
      case GateWord.BROKEN_BY_AGENT ->
          new Status(Phase.BROKEN, version, next, false, reason(GateMemory.AGENT_REASON));
      default -> new Status(Phase.BROKEN, version, next, false, "the engine has not started yet");
    };
  }

  private String reason(int offset) {
    return Reason.read(memory.bytes(), offset);
  }

  private long require(int phase, String what) {
    long seen = ownWord();
    if (GateWord.phase(seen) != phase) {
      throw new IllegalStateException("the gate is %s; %s".formatted(status().phase(), what));
    }
    return seen;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException also if the engine has started anew
   * @throws InvalidInputException if the change does not fit the engine's tables, or the fence is
   *     out of range
   */
  @Override
  public boolean promise(Change change, long fence) {
    long open = require(GateWord.OPEN, "only an open one can promise");
    if (fence < 0 || fence >= EngineGate.MAX_STEPS) {
      throw new InvalidInputException(
          "the fence is %d; it must be between 0 and %d"
              .formatted(fence, EngineGate.MAX_STEPS - 1));
    }
    if (change.version() != tables.version() + 1) {
      throw new InvalidInputException(
          "the change is to version %d; version %d is in force"
              .formatted(change.version(), tables.version()));
    }
    if (steps.next() > fence) {
      return false;
    }
    changes.write(change, fence);
    long promised = GateWord.of(GateWord.PROMISED, fence, open);
    replace(open, promised);
    if (steps.next() > fence) { // It was announced before the fence was written.
      replace(promised, open);
      return false;
    }
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the gate has not promised, or the engine has started anew
   */
  @Override
  public void commit() {
    long promised = require(GateWord.PROMISED, "there is nothing to commit");
    // Not what is announced: that may be taken back.
    if (steps.lastStarted() >= GateWord.fence(promised)) {
      throw new IllegalStateException(
          "step %d has begun; the promise was not given".formatted(GateWord.fence(promised)));
    }
    replace(promised, GateWord.of(GateWord.COMMITTED, GateWord.fence(promised), promised));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the gate has not promised, or the engine has started anew
   */
  @Override
  public void withdraw() {
    long promised = require(GateWord.PROMISED, "there is nothing to withdraw");
    replace(promised, GateWord.of(GateWord.OPEN, GateWord.NO_FENCE, promised));
  }

  /** {@inheritDoc} Does nothing if it is broken, or the engine has started anew. */
  @Override
  public void fail(String reason) {
    long seen = word();
    if (!mayFail(seen)) {
      return;
    }
    Reason.write(memory.bytes(), GateMemory.AGENT_REASON, reason);
    while (mayFail(seen)
        && !memory.replace(GateMemory.GATE, seen, GateWord.of(GateWord.BROKEN_BY_AGENT, 0, seen))) {
      seen = word();
    }
  }

  private boolean mayFail(long seen) {
    int phase = GateWord.phase(seen);
    return isOfThisStart(seen)
        && phase != GateWord.BROKEN_BY_ENGINE
        && phase != GateWord.BROKEN_BY_AGENT;
  }
}
