package io.eplb.server.round;

import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** A round without a recorded decision. Guarded by the lock of its group. */
final class OpenRound {
  enum State {
    /** Ranks may come. */
    OPEN,
    /** All ranks have asked the same, and it is being planned. */
    PLANNING,
    /** The decision is made and nobody knows it yet. */
    RECORDING
  }

  private final long number;
  private final EarliestDeadline deadline;

  /** The first question; in PLANNING, that of all ranks. */
  private final PlanAsk ask;

  private final Attendance attendance = new Attendance();
  private final IdentityHashMap<CompletableFuture<PlanAnswer>, Boolean> waiting =
      new IdentityHashMap<>();
  private State state = State.OPEN;

  /**
   * Opens a round.
   *
   * @param expire done by the timer at the earliest time limit
   */
  OpenRound(long number, PlanAsk ask, ScheduledExecutorService timer, Consumer<OpenRound> expire) {
    this.number = number;
    this.ask = ask;
    this.deadline = new EarliestDeadline(timer, () -> expire.accept(this));
  }

  long number() {
    return number;
  }

  PlanAsk ask() {
    return ask;
  }

  /** Returns the end of the time limits. */
  EarliestDeadline deadline() {
    return deadline;
  }

  Attendance attendance() {
    return attendance;
  }

  State state() {
    return state;
  }

  /** Begins to plan. */
  void plan() {
    state = State.PLANNING;
  }

  /** Begins to record; no later event changes the decision. */
  void record() {
    state = State.RECORDING;
    deadline.cancel();
  }

  void await(CompletableFuture<PlanAnswer> waiter) {
    waiting.put(waiter, true);
  }

  void leave(CompletableFuture<PlanAnswer> waiter) {
    waiting.remove(waiter);
  }

  List<CompletableFuture<PlanAnswer>> waiting() {
    return List.copyOf(waiting.keySet());
  }
}
