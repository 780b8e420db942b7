package io.eplb.core.engine.shared;

import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.update.ExpertWeights;
import io.eplb.core.update.promise.Preparation.Exchange;
import io.eplb.core.update.promise.RankGate.LayerChange;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's side of a gate: gives every step of one rank its table. The package comment lists
 * the states and their invariants.
 *
 * <p>Steps are numbered 0, 1, 2, … the same on all ranks. They begin in order, one after another,
 * and end in any order, from any thread. A step has to end before the one {@value #MAX_IN_FLIGHT}
 * steps later begins. While nothing is promised, {@link #begin} and {@link #end} take no lock,
 * allocate nothing, and access a few words of memory.
 *
 * <pre>
 *   EngineGate gate = new EngineGate(memory, weights, executor); // a new start of the engine
 *   StartTable start = gate.awaitStart();               // from the agent
 *   …                                                   // load its experts
 *   gate.open(start.table(), start.firstStep());
 *   for (long step = start.firstStep(); ; step++) {
 *     ExpertTable table = gate.begin(step);
 *     …
 *     gate.end(step);
 *   }
 * </pre>
 */
public final class EngineGate {
  /** The most steps that may be in flight. */
  public static final int MAX_IN_FLIGHT = GateSteps.MOST;

  /** The steps are below this. */
  public static final long MAX_STEPS = GateWord.NO_FENCE;

  /** The attempts at an exchange. */
  private static final int ATTEMPTS = 3;

  /** The number of looks that a waiting step takes before it parks. */
  private static final int SPINS = 200;

  private static final long SHORTEST_PARK_NANOS = 5_000;
  private static final long LONGEST_PARK_NANOS = 1_000_000;

  /** A wait is longer than each of its pauses by this factor, within their bounds. */
  private static final long WAIT_PER_PARK = 16;

  private static final Logger LOG = LoggerFactory.getLogger(EngineGate.class);

  private final GateMemory memory;
  private final GateSteps steps;
  private final TableArea tables;
  private final ChangeArea changes;
  private final NextTable next;
  private final ExpertWeights weights;
  private final int rank;
  private final long incarnation;

  /** The table of the next step below the fence; null before the gate has opened. */
  private volatile @Nullable ExpertTable table;

  /**
   * Starts the engine of a rank anew: what an earlier start has left in the memory is void, and its
   * agent has to attach again.
   *
   * @param weights exchanges experts of this rank; called by {@link #begin} while none of its steps
   *     is in flight
   * @param ahead builds the table after a promised change while steps go on
   */
  public EngineGate(GateMemory memory, ExpertWeights weights, Executor ahead) {
    this(memory, weights, ahead, new GateSteps(memory));
  }

  EngineGate(GateMemory memory, ExpertWeights weights, Executor ahead, GateSteps steps) {
    this.memory = memory;
    this.steps = steps;
    this.tables = new TableArea(memory);
    this.changes = new ChangeArea(memory);
    this.next = new NextTable(memory, ahead);
    this.weights = weights;
    this.rank = memory.shape().rank();
    this.incarnation = new SecureRandom().nextLong() >>> 1 | 1;
    if (memory.get(GateMemory.INCARNATION) == 0) {
      steps.reset(0);
    }
    memory.set(GateMemory.INCARNATION, incarnation); // First: see AgentGate.
    memory.set(GateMemory.GATE, GateWord.restarted(word()));
  }

  private long word() {
    return memory.get(GateMemory.GATE);
  }

  /** Returns the number of this start, 1 or more; no other start of any rank has the same. */
  public long incarnation() {
    return incarnation;
  }

  /**
   * The table that an engine starts with.
   *
   * @param table the table
   * @param firstStep the step that it begins first
   */
  public record StartTable(ExpertTable table, long firstStep) {}

  /**
   * Returns what the agent lets the engine start with; empty as long as it has given nothing.
   *
   * @throws InternalException if the gate is broken, or the table is damaged
   */
  public Optional<StartTable> tryStart() {
    long seen = word();
    requireNotBroken(seen);
    if (GateWord.phase(seen) == GateWord.STARTING) {
      return Optional.empty();
    }
    GateShape shape = memory.shape();
    try {
      ChangeArea.Content start = changes.read();
      ExpertTable given = ExpertTable.of(start.version(), shape.experts(), start.rows(shape));
      return Optional.of(new StartTable(given, start.firstStep()));
    } catch (IllegalStateException | InvalidInputException damaged) {
      throw broken("the engine cannot start: " + FailureReason.words(damaged), damaged);
    }
  }

  /**
   * Waits for what the agent lets the engine start with.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   * @throws InternalException as {@link #tryStart}
   */
  public StartTable awaitStart() throws InterruptedException {
    Pause pause = new Pause();
    Optional<StartTable> start = tryStart();
    while (start.isEmpty()) {
      pause.next("the engine waited for its table");
      start = tryStart();
    }
    return start.get();
  }

  /**
   * Opens the gate: memory holds the table's experts.
   *
   * @throws InvalidInputException if the table has another shape, or the step is out of range
   * @throws InternalException if the gate is not loading
   */
  public void open(ExpertTable first, long firstStep) {
    if (!memory.shape().fits(first) || firstStep < 0 || firstStep >= MAX_STEPS) {
      throw new InvalidInputException(
          "%s from step %d on does not fit %s".formatted(first, firstStep, memory.shape()));
    }
    long seen = word();
    requireNotBroken(seen);
    int phase = GateWord.phase(seen);
    if (phase != GateWord.STARTING && phase != GateWord.LOADING) {
      throw new InternalException("the gate has opened already; an engine opens it once");
    }
    tables.write(first);
    steps.reset(firstStep);
    memory.set(GateMemory.WAITING, -1);
    table = first;
    if (!memory.replace(
        GateMemory.GATE, seen, GateWord.of(GateWord.OPEN, GateWord.NO_FENCE, seen))) {
      requireNotBroken(word());
      throw new InternalException("the agent gave a table while the engine opened with another");
    }
  }

  /** Returns the table that serves: the old one until the fence of a committed change. */
  public @Nullable ExpertTable current() {
    return table;
  }

  /**
   * Begins a step. Waits only at a fence: for the outcome of a promised change, and for earlier
   * steps of this rank before a committed one is carried out.
   *
   * @return the table of the step, until {@link #end}
   * @throws InterruptedException if the thread is interrupted while it waits; the step has not
   *     begun
   * @throws InvalidInputException if it is not the step that follows the last one, or one {@value
   *     #MAX_IN_FLIGHT} steps behind is in flight
   * @throws InternalException if the gate is broken; the step has not begun
   */
  public ExpertTable begin(long step) throws InterruptedException {
    ExpertTable given = tryBegin(step);
    return given != null ? given : await(step);
  }

  private ExpertTable await(long step) throws InterruptedException {
    Pause pause = new Pause();
    ExpertTable given;
    try {
      do {
        pause.next("step " + step + " waited to begin");
        given = tryBegin(step);
      } while (given == null);
    } finally {
      endWait(pause);
    }
    return given;
  }

  /** Counts a wait for an outcome; one for the rank's own steps is none. */
  private void endWait(Pause pause) {
    if (memory.get(GateMemory.WAITING) >= 0) {
      memory.set(GateMemory.WAITS, memory.get(GateMemory.WAITS) + 1);
      memory.set(GateMemory.WAITED_NANOS, memory.get(GateMemory.WAITED_NANOS) + pause.nanos());
      memory.set(GateMemory.WAITING, -1);
    }
  }

  /**
   * Begins a step, or returns null if it has to wait at a fence: the step has not begun, ask again.
   *
   * @throws InvalidInputException as {@link #begin}
   * @throws InternalException as {@link #begin}
   */
  public @Nullable ExpertTable tryBegin(long step) {
    requireNext(step);
    while (true) {
      long seen = word();
      if (step < GateWord.fence(seen)) {
        steps.announce(step);
        if (step < GateWord.fence(word())) {
          steps.start(step);
          return given(GateWord.fence(seen));
        }
        steps.remove(step);
      } else if (!pass(step, seen)) {
        return null;
      }
    }
  }

  private @Nullable ExpertTable given(long fence) {
    ExpertTable inForce = table;
    if (inForce != null) {
      next.prepare(fence, inForce);
    }
    return inForce;
  }

  private void requireNext(long step) {
    long following = steps.lastStarted() + 1;
    if (step != following) {
      throw new InvalidInputException(
          "rank %d begins step %d; its next step is %d".formatted(rank, step, following));
    }
    if (steps.hasNoRoomAfter(step)) {
      throw new InvalidInputException(
          "rank %d begins step %d while step %d is in flight; that must end first"
              .formatted(rank, step, step - MAX_IN_FLIGHT));
    }
  }

  /** Returns whether a step may look at the gate again at once; it has come to the fence. */
  private boolean pass(long step, long seen) {
    switch (GateWord.phase(seen)) {
      case GateWord.PROMISED -> {
        memory.set(GateMemory.WAITING, step);
        return false;
      }
      case GateWord.COMMITTED -> {
        if (!steps.noneInFlight()) {
          return false;
        }
        carryOut(seen);
        return true;
      }
      case GateWord.STARTING, GateWord.LOADING ->
          throw new InternalException("the gate has not opened; the engine opens it with a table");
      default -> {
        requireNotBroken(seen);
        throw new InvalidInputException(
            "step %d is out of range; steps are below %d".formatted(step, MAX_STEPS));
      }
    }
  }

  /** Makes memory and table agree with the committed change. */
  private void carryOut(long committed) {
    try {
      ExpertTable before = Objects.requireNonNull(table);
      NextTable.Built change = next.committed(GateWord.fence(committed), before);
      for (LayerChange layer : change.change().layers()) {
        for (Exchange exchange : layer.exchanges()) {
          exchange(layer.layer(), exchange);
        }
      }
      ExpertTable after = change.table();
      tell(after);
      tables.write(after, change.layers());
      table = after;
    } catch (Throwable failed) { // It must not be tried again with half of the exchanges done.
      throw broken(
          "the change from step %d on failed: %s"
              .formatted(GateWord.fence(committed), FailureReason.words(failed)),
          failed);
    }
    if (!memory.replace(
        GateMemory.GATE, committed, GateWord.of(GateWord.OPEN, GateWord.NO_FENCE, committed))) {
      requireNotBroken(word());
    }
  }

  /** Exchanges a slot and a buffer; a change that is committed has to succeed. */
  private void exchange(int layer, Exchange exchange) {
    for (int attempt = 1; ; attempt++) {
      try {
        weights.exchange(layer, rank, exchange.slot(), exchange.buffer());
        return;
      } catch (Throwable thrown) { // Any fault of the engine's memory.
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException(
              "layer %d, slot %d could not be exchanged: %s"
                  .formatted(layer, exchange.slot(), FailureReason.words(thrown)),
              thrown);
        }
        LOG.warn(
            "rank {}: layer {}, slot {} could not be exchanged; it is tried again",
            rank,
            layer,
            exchange.slot(),
            thrown);
      }
    }
  }

  private void tell(ExpertTable after) {
    try {
      weights.switched(after);
    } catch (Throwable thrown) { // It only gives memory back.
      LOG.warn("rank {} could not give memory back: {}", rank, FailureReason.of(thrown), thrown);
    }
  }

  /**
   * Ends a step that was begun.
   *
   * @throws InvalidInputException if the step is not in flight
   */
  public void end(long step) {
    long started = steps.lastStarted();
    if (step > started || step <= started - MAX_IN_FLIGHT || !steps.remove(step)) {
      throw new InvalidInputException(
          "rank %d ends step %d, which is not in flight; its last step is %d"
              .formatted(rank, step, started));
    }
  }

  /** Lets no step begin any more; a gate that is broken already keeps its reason. */
  public synchronized void fail(String reason) {
    long seen = word();
    if (isBroken(seen)) {
      return;
    }
    Reason.write(memory.bytes(), GateMemory.ENGINE_REASON, reason);
    while (!isBroken(seen)
        && !memory.replace(
            GateMemory.GATE, seen, GateWord.of(GateWord.BROKEN_BY_ENGINE, 0, seen))) {
      seen = word();
    }
  }

  private InternalException broken(String reason, Throwable cause) {
    LOG.error("rank {} serves no more: {}", rank, reason, cause);
    fail(reason);
    return new InternalException(reason, cause);
  }

  private static boolean isBroken(long seen) {
    int phase = GateWord.phase(seen);
    return phase == GateWord.BROKEN_BY_ENGINE || phase == GateWord.BROKEN_BY_AGENT;
  }

  private void requireNotBroken(long seen) {
    if (isBroken(seen)) {
      throw new InternalException(
          Reason.read(
              memory.bytes(),
              GateWord.phase(seen) == GateWord.BROKEN_BY_ENGINE
                  ? GateMemory.ENGINE_REASON
                  : GateMemory.AGENT_REASON));
    }
  }

  /**
   * The pauses of a wait: none at first, then a part of the time that it has lasted. So a short
   * wait ends at once, and a long one costs little.
   */
  private static final class Pause {
    private final long begun = System.nanoTime();
    private int spins;

    void next(String what) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while " + what);
      }
      if (spins < SPINS) {
        spins++;
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(
            Math.max(SHORTEST_PARK_NANOS, Math.min(nanos() / WAIT_PER_PARK, LONGEST_PARK_NANOS)));
      }
    }

    long nanos() {
      return System.nanoTime() - begun;
    }
  }
}
