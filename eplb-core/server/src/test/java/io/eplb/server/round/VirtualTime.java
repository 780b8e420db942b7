package io.eplb.server.round;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock and its timers, moved on by a test. No two events happen at the same time: each begins a
 * nanosecond after the one before at least. Used by one thread.
 */
final class VirtualTime implements InstantSource {
  private final PriorityQueue<Event<?>> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event<?> event) -> event.time)
              .thenComparingLong(event -> event.order));
  private long now;
  private long lastOrder;

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }

  long nanos() {
    return now;
  }

  int waiting() {
    return events.size();
  }

  void at(long nanos, Runnable task) {
    events.add(new Event<>(nanos, task));
  }

  /** Runs all events until none is left, and something after each. */
  void runAll(Runnable afterEach) {
    while (!events.isEmpty()) {
      runNext();
      afterEach.run();
    }
  }

  /** Moves on by a duration and runs the events until then. */
  void pass(Duration duration) {
    long end = now + duration.toNanos();
    while (!events.isEmpty() && events.element().time <= end) {
      runNext();
    }
    now = Math.max(now, end);
  }

  private void runNext() {
    Event<?> event = events.remove();
    now = Math.max(now + 1, event.time);
    event.run();
  }

  private final class Event<T> extends FutureTask<T> implements ScheduledFuture<T> {
    private final long time;
    private final long order = ++lastOrder;

    Event(long time, Runnable task) {
      super(
          () -> {
            task.run();
            return null;
          });
      this.time = time;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(time - now, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      events.remove(this);
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    protected void setException(Throwable failure) {
      throw new AssertionError("a task failed", failure);
    }
  }

  /** Returns the timer of a process, whose tasks end with it. */
  Timer timer() {
    return new Timer();
  }

  final class Timer extends AbstractExecutorService implements ScheduledExecutorService {
    private boolean dead;

    private void unlessDead(Runnable task) {
      if (!dead) {
        task.run();
      }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      Event<Void> event = new Event<>(now + unit.toNanos(delay), () -> unlessDead(task));
      events.add(event);
      return event;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable task, long first, long period, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable task, long first, long delay, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
      at(now, () -> unlessDead(task));
    }

    @Override
    public void shutdown() {
      dead = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      dead = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return dead;
    }

    @Override
    public boolean isTerminated() {
      return dead;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return dead;
    }
  }
}
