package io.eplb.core.timeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;

/** A timeline whose time passes only when somebody asks for the next task. */
public final class VirtualTime implements Timeline {
  private final Queue<Task> later = new PriorityQueue<>();
  private final ArrayDeque<Task> now = new ArrayDeque<>();
  private long time;
  private long handedOver;

  @Override
  public long nanoTime() {
    return time;
  }

  @Override
  public void execute(Runnable task) {
    now.add(new Task(time, handedOver++, task));
  }

  @Override
  public Scheduled schedule(Runnable task, Duration delay) {
    return at(time + delay.toNanos(), task);
  }

  public Scheduled at(long when, Runnable task) {
    Task scheduled = new Task(when, handedOver++, task);
    later.add(scheduled);
    return () -> scheduled.cancelled = true;
  }

  /** Runs all that is due by a time from now. */
  public void pass(Duration duration) {
    long until = time + duration.toNanos();
    while (!now.isEmpty() || (!later.isEmpty() && later.peek().when <= until)) {
      runNext();
    }
    time = Math.max(time, until);
  }

  /** Lets time pass without running anything. */
  public void skip(Duration duration) {
    time += duration.toNanos();
  }

  /** Runs one task; returns whether there was one. */
  public boolean runNext() {
    Task next = now.poll();
    if (next == null) {
      next = later.poll();
    }
    if (next == null) {
      return false;
    }
    if (!next.cancelled) {
      time = Math.max(time, next.when);
      next.run.run();
    }
    return true;
  }

  private static final class Task implements Comparable<Task> {
    private final long when;
    private final long order;
    private final Runnable run;
    private boolean cancelled;

    Task(long when, long order, Runnable run) {
      this.when = when;
      this.order = order;
      this.run = run;
    }

    @Override
    public int compareTo(Task other) {
      return when != other.when ? Long.compare(when, other.when) : Long.compare(order, other.order);
    }
  }
}
