package io.eplb.core.update.promise;

import io.eplb.core.timeline.Timeline;
import io.eplb.core.timeline.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;

/**
 * A process in virtual time, from its start to its death. Everything that it does runs here. It may
 * stand still for a while, and its clock may jump and be fast or slow.
 */
final class Party implements Timeline {
  private final String name;
  private final VirtualTime time;
  private final Random random;

  /** The events that came while it stood still. */
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  private boolean dead;
  private boolean standing;
  private double pace = 1;
  private long clock;
  private long clockSetAt;
  private long tasks;

  /** The time at which its thread comes to what is handed over now. */
  private long busyUntil;

  Party(String name, VirtualTime time, Random random) {
    this.name = name;
    this.time = time;
    this.random = random;
    this.clockSetAt = time.nanoTime();
  }

  @Override
  public long nanoTime() {
    return clock + (long) ((time.nanoTime() - clockSetAt) * pace);
  }

  @Override
  public void execute(Runnable task) {
    busyUntil = Math.max(busyUntil, time.nanoTime());
    if (random.nextInt(8) == 0) {
      busyUntil += random.nextInt(200_000);
    }
    time.at(busyUntil, () -> run(task));
  }

  @Override
  public Scheduled schedule(Runnable task, Duration delay) {
    Alarm alarm = new Alarm(task);
    time.at(time.nanoTime() + (long) (delay.toNanos() / pace), () -> run(alarm));
    return alarm;
  }

  /** Runs an event now; when it goes on, if it stands still; never, if it is dead. */
  void run(Runnable event) {
    if (standing && !dead) {
      waiting.add(event);
    } else if (!dead) {
      tasks++;
      try {
        event.run();
      } catch (RuntimeException thrown) {
        if (!dead) { // Else it has died on the way, and what it did since does not count.
          throw thrown;
        }
      }
    }
  }

  void die() {
    dead = true;
    waiting.clear();
  }

  boolean isAlive() {
    return !dead;
  }

  void standStill(long nanos) {
    standing = true;
    time.at(time.nanoTime() + nanos, this::goOn);
  }

  private void goOn() {
    standing = false;
    while (!standing && !waiting.isEmpty()) {
      run(waiting.remove());
    }
  }

  /** Sets the clock forward, and lets it run faster or slower than the time. */
  void disturbClock(long jump, double newPace) {
    clock = nanoTime() + jump;
    clockSetAt = time.nanoTime();
    pace = newPace;
  }

  /** Returns the number of events so far. */
  long tasks() {
    return tasks;
  }

  @Override
  public String toString() {
    return name;
  }

  /** A task that can be cancelled while its party stands still. */
  private static final class Alarm implements Scheduled, Runnable {
    private final Runnable task;
    private boolean cancelled;

    Alarm(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void run() {
      if (!cancelled) {
        task.run();
      }
    }
  }
}
