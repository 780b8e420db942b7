package io.eplb.server.round;

import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

  /** The first question; in PLANNING, that of all ranks. */
  private final PlanAsk ask;

  private final Attendance attendance = new Attendance();
  private final IdentityHashMap<CompletableFuture<PlanAnswer>, Boolean> waiting =
      new IdentityHashMap<>();
  private State state = State.OPEN;
  private @Nullable ScheduledFuture<?> deadline;

  OpenRound(long number, PlanAsk ask) {
    this.number = number;
    this.ask = ask;
  }

  long number() {
    return number;
  }

  PlanAsk ask() {
    return ask;
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
    if (deadline != null) {
      deadline.cancel(false);
    }
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

  /** Sets the deadline to the end of a limit, unless it is earlier already. */
  void limit(Duration limit, Runnable expire, ScheduledExecutorService timer) {
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    if (deadline == null || deadline.getDelay(TimeUnit.NANOSECONDS) > nanos) {
      if (deadline != null) {
        deadline.cancel(false);
      }
      deadline = timer.schedule(expire, nanos, TimeUnit.NANOSECONDS);
    }
  }
}
